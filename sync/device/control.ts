/**
 * The membership log and key documents on this device: read once, kept up as they arrive, written to by the authoring acts.
 *
 * A document written here is in the store before anything is done with it, and is sent from there: a crash in between loses nothing.
 */
import type { Hash } from '../change/change.ts';
import type { Membership } from '../gate/context.ts';
import { keyDocuments, openDeliveries, type Keyring as Delivered } from '../membership/authoring/deliveries.ts';
import type { ActorSecrets } from '../membership/authoring/pen.ts';
import { MembershipLog } from '../membership/log.ts';
import type { MembershipState } from '../membership/types.ts';
import type { ControlDocument, ControlDocuments } from '../store/plainRows.ts';
import type { AnswerDocument } from '../verify/document.ts';

export class ControlPlane implements Membership {
	readonly org: Hash;
	readonly log: MembershipLog;
	readonly #stored: ControlDocuments;
	readonly #documents = new Map<string, ControlDocument>();

	private constructor(org: Hash, stored: ControlDocuments) {
		this.org = org;
		this.log = new MembershipLog(org);
		this.#stored = stored;
	}

	static async load(org: Hash, stored: ControlDocuments): Promise<ControlPlane> {
		const plane = new ControlPlane(org, stored);
		plane.#take(await stored.all());
		return plane;
	}

	get state(): MembershipState | null {
		return this.log.state;
	}

	at(heads: readonly Hash[]): MembershipState | null {
		return this.log.at(heads);
	}

	isBefore(older: Hash, newer: Hash): boolean {
		return this.log.isBefore(older, newer);
	}

	/** Takes in what replication or another tab has stored. True when something was new. */
	async arrived(ids: readonly string[]): Promise<boolean> {
		const missing = ids.filter((id) => !this.#documents.has(id));
		if (missing.length === 0) return false;
		return this.#take(await this.#stored.get(missing));
	}

	/** Stores what an authoring act wrote, then takes it in. */
	async publish(written: { readonly documents: readonly ControlDocument[] }): Promise<void> {
		await this.#stored.add(written.documents, null);
		this.#take(written.documents);
	}

	/** The keys that an actor finds for itself in the log. `former`: it was removed, and names are all that is left to it. */
	keysOf(self: ActorSecrets, former = false): Delivered {
		return openDeliveries(this.log, self, keyDocuments(this.#documents.values()), former);
	}

	/** What a newcomer's device needs of the log: every statement, and the key documents that are for it or open to it. */
	documentsFor(actor: Hash): readonly ControlDocument[] {
		const bundles = new Set(this.log.statements.flatMap(({ statement }) => ('deliveries' in statement ? statement.deliveries : [])).filter((delivery) => delivery.actor === actor).map(({ bundle }) => bundle));
		return [...this.#documents.values()].filter(({ _id, v }) => v === 's1' || v === 'o1' || (v === 'k1' && bundles.has(_id)));
	}

	answers(): readonly AnswerDocument[] {
		return [...this.#documents.values()].filter((document) => document.v === 'a1');
	}

	#take(documents: readonly ControlDocument[]): boolean {
		const fresh = documents.filter((document) => !this.#documents.has(document._id));
		for (const document of fresh) this.#documents.set(document._id, document);
		this.log.add(fresh.filter((document) => document.v === 's1'));
		return fresh.length > 0;
	}
}
