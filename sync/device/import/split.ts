/**
 * A bundle becomes charts: which resource belongs to which patient, under which id, with references that still hold.
 *
 * Ids commit to where a resource came from (source system and id there), so that importing the same file again, here or on another
 * device that never saw this one, names the same chart and the same resources: nothing is added twice. Pure: no keys, no clock.
 */
import type { Compartment, Creation, Id, Json, JsonObject } from '../../change/change.ts';
import { isObject } from '../../change/canonical.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import { err, ok, problem, type Result } from '../../result.ts';
import { digestHash } from '../../verify/digest.ts';
import { importedChartId, resourceIdFor } from '../../verify/ids.ts';
import type { Hash } from '../../change/change.ts';
import type { BundleEntry, BundleError, ReadBundle } from './bundle.ts';

/** Where a resource comes from: what its id in Saddlebag commits to. */
export interface Source {
	readonly system: string;
	readonly source: string;
}

export interface ImportedResource {
	/** position in the file, from 1 */
	readonly position: number;
	readonly comp: Compartment;
	readonly id: Id;
	readonly create: Extract<Creation, { kind: 'import' }>;
	readonly resource: FhirResource;
}

export interface ImportedChart {
	readonly chart: Id;
	/** the Patient first */
	readonly resources: readonly ImportedResource[];
}

export interface SplitBundle {
	readonly charts: readonly ImportedChart[];
	/** counted by type; the patient of a resource of a recorded type may be missing from the file: `Condition (patient not in this file)` */
	readonly notRecorded: ReadonlyMap<string, number>;
}

/** Import ids do not depend on who imports; the digest takes an actor only for other kinds of beginning. */
const NO_ACTOR = '' as Hash;
const PATIENT_ELEMENTS = ['subject', 'patient'] as const;

/** `https://host/fhir/Patient/1` -> base and `Patient/1`; history and fragments are cut off. */
function splitUrl(url: string): Source | null {
	const match = /^(https?:\/\/.+)\/([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(url);
	return match === null ? null : { system: match[1] as string, source: match[2] as string };
}

function sourceOf(bundle: ReadBundle, entry: BundleEntry, fileHash: () => string): Source {
	if (entry.fullUrl !== null) {
		const url = splitUrl(entry.fullUrl);
		if (url !== null) return url;
		const urn = /^(urn:[a-z]+):(.+)$/i.exec(entry.fullUrl);
		if (urn !== null) return { system: (urn[1] as string).toLowerCase(), source: urn[2] as string };
		return { system: 'fullUrl', source: entry.fullUrl };
	}
	const system = bundle.identifier === null ? `urn:saddlebag:file:${fileHash()}` : `urn:saddlebag:bundle:${bundle.identifier}`;
	return { system, source: entry.resource.id === undefined ? `entry/${String(entry.position)}` : `${entry.resource.resourceType}/${entry.resource.id}` };
}

/** Names by which the other entries of a bundle may refer to this one (FHIR R4, Bundle: resolving references). */
function namesOf(entry: BundleEntry): string[] {
	const names: string[] = [];
	if (entry.fullUrl !== null) names.push(entry.fullUrl);
	if (entry.resource.id !== undefined) names.push(`${entry.resource.resourceType}/${entry.resource.id}`);
	return names;
}

function referenceIn(value: Json | undefined): string | null {
	return isObject(value) && typeof value['reference'] === 'string' ? value['reference'].replace(/\/_history\/[^/]+$/, '') : null;
}

interface Known {
	readonly entry: BundleEntry;
	readonly source: Source;
	readonly comp: Compartment | null;
	chart: Id | null;
	id: Id | null;
}

const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);

/**
 * Splits a bundle over charts of `site`. `compartmentOf`: the compartment of a resource type, null when Saddlebag does not record it.
 * Fails when two entries claim to be the same resource.
 */
export function splitBundle(bundle: ReadBundle, site: Id, compartmentOf: (type: string) => Compartment | null): Result<SplitBundle, BundleError> {
	const notRecorded = new Map<string, number>();
	const collected = collect(bundle, compartmentOf);
	if (!collected.ok) return collected;
	const { all, byName } = collected.value;
	const charts = new Map<Id, Known[]>();
	for (const known of all) {
		if (known.entry.resource.resourceType !== 'Patient') continue;
		place(known, importedChartId(site, known.source.system, known.source.source));
		charts.set(known.chart as Id, [known]);
	}
	for (const known of all) {
		const { resource } = known.entry;
		if (resource.resourceType === 'Patient') continue;
		if (known.comp === null) {
			count(notRecorded, resource.resourceType);
			continue;
		}
		const chart = patientOf(resource, byName)?.chart ?? null;
		if (chart === null) {
			count(notRecorded, `${resource.resourceType} (patient not in this file)`);
			continue;
		}
		place(known, chart);
		charts.get(chart)?.push(known);
	}
	return ok({
		charts: [...charts].map(([chart, members]) => ({ chart, resources: members.map((known) => imported(known, byName)) })),
		notRecorded
	});
}

function collect(
	bundle: ReadBundle, compartmentOf: (type: string) => Compartment | null
): Result<{ all: Known[]; byName: Map<string, Known> }, BundleError> {
	let hash: string | null = null;
	const fileHash = (): string => (hash ??= digestHash('saddlebag/import-file/1', bundle.text));
	const all: Known[] = [];
	const byName = new Map<string, Known>();
	const bySource = new Map<string, Known>();
	for (const entry of bundle.entries) {
		const type = entry.resource.resourceType;
		const source = sourceOf(bundle, entry, fileHash);
		const known: Known = { entry, source, comp: compartmentOf(type), chart: null, id: null };
		const name = `${type}\n${source.system}\n${source.source}`;
		const before = bySource.get(name);
		if (before !== undefined && known.comp !== null) {
			const positions = `entries ${String(before.entry.position)} and ${String(entry.position)}`;
			return err(problem('bad-entry', `${bundle.file} was not imported: ${positions} (${type}) claim to be the same resource.`));
		}
		bySource.set(name, known);
		all.push(known);
		for (const alias of namesOf(entry)) if (!byName.has(alias)) byName.set(alias, known);
	}
	return ok({ all, byName });
}

function place(known: Known, chart: Id): void {
	known.chart = chart;
	const create: Creation = { kind: 'import', ...known.source };
	known.id = resourceIdFor(create, chart, known.comp ?? 'desk', known.entry.resource.resourceType, NO_ACTOR);
}

function patientOf(resource: FhirResource, byName: ReadonlyMap<string, Known>): Known | null {
	for (const element of PATIENT_ELEMENTS) {
		const reference = referenceIn(resource[element]);
		const target = reference === null ? undefined : byName.get(reference);
		if (target?.entry.resource.resourceType === 'Patient') return target;
	}
	return null;
}

function imported(known: Known, byName: ReadonlyMap<string, Known>): ImportedResource {
	const { resource } = known.entry;
	const rewritten = rewrite(resource, byName) as JsonObject;
	return {
		position: known.entry.position, comp: known.comp ?? 'desk', id: known.id as Id,
		create: { kind: 'import', ...known.source },
		resource: { ...rewritten, resourceType: resource.resourceType, id: known.id as Id }
	};
}

/** References to resources that are recorded here follow them to their new id; the others keep what the file says. */
function rewrite(value: Json, byName: ReadonlyMap<string, Known>): Json {
	if (Array.isArray(value)) return value.map((item: Json) => rewrite(item, byName));
	if (!isObject(value)) return value;
	const copy: Record<string, Json> = {};
	for (const [key, member] of Object.entries(value)) {
		if (key === '__proto__') continue;
		copy[key] = rewrite(member, byName);
	}
	const reference = referenceIn(value);
	const target = reference === null ? undefined : byName.get(reference);
	if (target !== undefined && target.id !== null) copy['reference'] = `${target.entry.resource.resourceType}/${target.id}`;
	return copy;
}
