/**
 * Every key that somebody's secret opens, whether or not they may hold it: all bundles that any statement makes out to them, and all older keys
 * that these open. What a removed device can read at most.
 */
import { openKeys, openOlderKeys } from '../../sync/seal/bundle.ts';
import type { EpochSecret } from '../../sync/seal/epoch.ts';
import type { ActorSecrets } from '../../sync/membership/authoring/pen.ts';
import type { Hash } from '../../sync/change/change.ts';
import type { SignedStatement } from '../../sync/membership/types.ts';
import type { KeyBundleDocument, OlderKeysDocument } from '../../sync/verify/document.ts';

export function everyKey(org: Hash, self: ActorSecrets, statements: readonly SignedStatement[], documents: ReadonlyMap<string, KeyBundleDocument | OlderKeysDocument>): ReadonlyMap<string, EpochSecret> {
	const keys = new Map<string, EpochSecret>();
	const older = new Map<string, string>();
	for (const { statement } of statements) {
		if ('epochs' in statement) for (const epoch of statement.epochs) if ('older' in epoch && epoch.older !== null) older.set(epoch.epoch, epoch.older);
		if (!('deliveries' in statement)) continue;
		for (const { actor, bundle } of statement.deliveries) {
			const document = documents.get(bundle);
			if (actor !== self.actor || document?.v !== 'k1') continue;
			const opened = openKeys({ org, actor, seal: self.seal }, document);
			if (opened.ok) for (const secret of opened.value.keys) keys.set(secret.epoch, secret);
		}
	}
	// a map's iteration goes on to what is added while it runs
	for (const secret of keys.values()) {
		const document = documents.get(older.get(secret.epoch) ?? '');
		const opened = document?.v === 'o1' ? openOlderKeys(org, secret, document) : null;
		if (opened?.ok === true) for (const one of opened.value.keys) if (!keys.has(one.epoch)) keys.set(one.epoch, one);
	}
	return keys;
}
