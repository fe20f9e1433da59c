/**
 * The hash of a (site, compartment) as the naive fold makes it: what a device must say of the same changes.
 */
import libsodium from 'libsodium-wrappers';
import type { Compartment, Hash, VerifiedChange } from '../../sync/change/change.ts';
import { RULES_VERSION } from '../../sync/merge/rules/table.ts';
import { canonical } from './canonical.ts';
import { naiveFold, type NaiveResource } from './fold.ts';

const DOMAIN = 'saddlebag/state/1';

/** Needs libsodium to be ready. */
export function naiveDigest(text: string): string {
	const parts = [DOMAIN, text].map((part) => Buffer.from(part, 'utf8'));
	const framed = parts.flatMap((part) => {
		const length = Buffer.alloc(4);
		length.writeUInt32BE(part.length);
		return [length, part];
	});
	return Buffer.from(libsodium.crypto_generichash(32, Buffer.concat(framed), null)).toString('base64url');
}

/** Resources of all changes, each by its chart, compartment, type and id. */
export function naiveResources(changes: readonly VerifiedChange[]): readonly NaiveResource[] {
	const byResource = new Map<string, VerifiedChange[]>();
	for (const signed of changes) {
		const { site, chart, comp, type, id } = signed.change;
		const name = [site, chart, comp, type, id].join('/');
		byResource.set(name, [...(byResource.get(name) ?? []), signed]);
	}
	return [...byResource.values()].map((own) => naiveFold(own)).filter((resource) => resource !== null);
}

/** What `stateHashes` must say of one compartment of one site, given the changes kept there (relayed copies among them). */
export function naiveStateHash(changes: readonly VerifiedChange[], comp: Compartment): Hash {
	const charts = new Map<string, [string, string][]>();
	for (const resource of naiveResources(changes)) {
		if (resource.comp !== comp) continue;
		const chart = `${resource.site}/${resource.chart}`;
		charts.set(chart, [...(charts.get(chart) ?? []), [`${resource.type}/${resource.id}`, naiveDigest(canonical(resource))]]);
	}
	const first = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);
	const described = [...charts].map(([chart, resources]): [string, string] => [chart, naiveDigest(canonical(resources.sort(first)))]);
	return naiveDigest(canonical([DOMAIN, RULES_VERSION, comp, described.sort(first)])) as Hash;
}
