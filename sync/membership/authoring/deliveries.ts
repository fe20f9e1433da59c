/**
 * From the log and one's own secret to the keys one is entitled to: the keyring.
 *
 * Only bundles that a statement of the log names for this actor are opened (attack 12). Each key must hash to an epoch that the log declares
 * where it says, and give the public key declared with it; one that does not is reported with who is to blame: the deliverer for
 * another key, the declarer for a wrong public key (attack 15). A key of a compartment that the actor may not read is not kept (S2).
 */
import type { Hash } from '../../change/change.ts';
import { openKeys, openOlderKeys } from '../../seal/bundle.ts';
import { depositPublicKey, type EpochSecret } from '../../seal/epoch.ts';
import type { KeyBundleDocument, OlderKeysDocument, WireDocument } from '../../verify/document.ts';
import type { MembershipLog } from '../log.ts';
import { canHold, declaredEpoch, epochsOf, placesOf } from '../selectors.ts';
import type { EpochState, MembershipState, SignedStatement } from '../types.ts';
import type { ActorSecrets } from './pen.ts';

export type DeliveryFault =
	| 'missing' // a key document that a statement names has not arrived
	| 'unreadable' // it does not open, or was made out to somebody else
	| 'other-key' // a key that is not the one of the epoch it is said to be: split keys
	| 'undeclared' // of an epoch that the log does not declare there
	| 'wrong-public-key' // the epoch was declared with a public key that is not its own: deposits to it cannot be opened
	| 'not-entitled'; // of a compartment that this actor may not read

export interface DeliveryProblem {
	readonly fault: DeliveryFault;
	/** the actor to blame: who signed the statement that delivers the key, or that declares the epoch */
	readonly by: Hash;
	readonly statement: Hash;
	/** null when the document as a whole is at fault */
	readonly epoch: Hash | null;
}

export interface Keyring {
	readonly keys: readonly EpochSecret[];
	/** epochs that the actor is entitled to and holds no key of */
	readonly lacking: readonly EpochState[];
	readonly problems: readonly DeliveryProblem[];
}

/**
 * `documents`: key documents of the control database by `_id`, as far as they arrived. `former`: for somebody who was removed, with the keys of the
 * roster that they were given before, so that they can read by whom; of no site.
 */
export function openDeliveries(log: MembershipLog, self: ActorSecrets, documents: ReadonlyMap<string, KeyBundleDocument | OlderKeysDocument>, former = false): Keyring {
	const state = log.state;
	if (state === null) return { keys: [], lacking: [], problems: [] };
	const ring = new Ring(state, self, former);
	for (const signed of log.statements) {
		if (state.included.has(signed.id)) ring.takeFrom(signed, documents);
		else ring.takeFromVoid(signed, documents);
	}
	ring.takeOlder(documents);
	return ring.result();
}

class Ring {
	private readonly keys = new Map<Hash, EpochSecret>();
	private readonly problems: DeliveryProblem[] = [];

	constructor(
		private readonly state: MembershipState,
		private readonly self: ActorSecrets,
		private readonly former: boolean
	) {}

	/** Opens the bundles that a statement names for this actor. */
	takeFrom({ id, statement }: SignedStatement, documents: ReadonlyMap<string, KeyBundleDocument | OlderKeysDocument>): void {
		if (!('deliveries' in statement)) return;
		const { org } = this.state;
		for (const { actor, bundle } of statement.deliveries) {
			if (actor !== this.self.actor) continue;
			const document = documents.get(bundle);
			const opened = document?.v === 'k1' ? openKeys({ org, actor, seal: this.self.seal }, document) : null;
			if (opened === null || !opened.ok) this.report(document === undefined ? 'missing' : 'unreadable', statement.actor, id);
			else this.takeAll(opened.value, statement.actor, id);
		}
	}

	/**
	 * The epochs of a statement that is void through what was said at the same time stand, and count as delivered (rule 4 of `concurrent.ts`): what it
	 * brought is taken, as each key proves itself by its epoch's id. Of its other faults nobody need hear.
	 */
	takeFromVoid(signed: SignedStatement, documents: ReadonlyMap<string, KeyBundleDocument | OlderKeysDocument>): void {
		const before = this.problems.length;
		this.takeFrom(signed, documents);
		const found = this.problems.splice(before);
		this.problems.push(...found.filter(({ fault }) => fault === 'wrong-public-key'));
	}

	/** Opens what the epochs held have wrapped of their predecessors, until nothing more comes. */
	takeOlder(documents: ReadonlyMap<string, KeyBundleDocument | OlderKeysDocument>): void {
		const { org } = this.state;
		// a map's iteration goes on to what is added while it runs
		for (const secret of this.keys.values()) {
			const declared = declaredEpoch(this.state, secret.site, secret.comp, secret.epoch);
			if (declared === null || declared.older === null || declared.supersedes.every((epoch) => this.keys.has(epoch))) continue;
			const document = documents.get(declared.older);
			const opened = document?.v === 'o1' ? openOlderKeys(org, secret, document) : null;
			if (opened === null || !opened.ok) this.report(document === undefined ? 'missing' : 'unreadable', declared.by, declared.statement, declared.epoch);
			else this.takeAll(opened.value, declared.by, declared.statement);
		}
	}

	result(): Keyring {
		const lacking = placesOf(this.state, this.self.actor).flatMap(({ site, comp }) =>
			epochsOf(this.state, site, comp).filter((epoch) => !this.keys.has(epoch.epoch))
		);
		return { keys: [...this.keys.values()], lacking, problems: this.problems };
	}

	private takeAll({ keys, mismatched }: { readonly keys: readonly EpochSecret[]; readonly mismatched: readonly Hash[] }, by: Hash, statement: Hash): void {
		for (const epoch of mismatched) this.report('other-key', by, statement, epoch);
		for (const secret of keys) this.take(secret, by, statement);
	}

	private take(secret: EpochSecret, by: Hash, statement: Hash): void {
		const { site, comp, epoch, key } = secret;
		if (this.keys.has(epoch)) return;
		const declared = declaredEpoch(this.state, site, comp, epoch);
		if (declared === null) return this.report('undeclared', by, statement, epoch);
		if (!canHold(this.state, this.self.actor, site, comp) && !(this.former && comp === 'roster')) {
			// what was rightly given before something was taken away is nobody's fault
			if (this.state.closings.get(this.self.actor) === undefined) this.report('not-entitled', by, statement, epoch);
			return;
		}
		if (declared.pub !== depositPublicKey(key)) this.report('wrong-public-key', declared.by, declared.statement, epoch);
		this.keys.set(epoch, secret);
	}

	private report(fault: DeliveryFault, by: Hash, statement: Hash, epoch: Hash | null = null): void {
		this.problems.push({ fault, by, statement, epoch });
	}
}

/** The key documents among those of a control database, by `_id`. */
export function keyDocuments(documents: Iterable<WireDocument>): Map<string, KeyBundleDocument | OlderKeysDocument> {
	const found = new Map<string, KeyBundleDocument | OlderKeysDocument>();
	for (const document of documents) if (document.v === 'k1' || document.v === 'o1') found.set(document._id, document);
	return found;
}
