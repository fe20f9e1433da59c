/**
 * The end of somebody's access, seen from their own device; and the one way back that needs nobody else, the recovery kit.
 *
 * A removed device opens no session. It asks the hub what removed it, so that its user is told when and by whom instead of seeing a line that never
 * comes; and it hands in a use of the kit where the hub takes one from anybody (`/_hub/restore`). What was written before stays in the store, and can
 * be saved as a file: it is nobody's to throw away.
 */
import { hlcMs } from '../change/hlc.ts';
import type { Hash } from '../change/change.ts';
import { readStatement } from '../membership/log.ts';
import type { Statement } from '../membership/types.ts';
import type { HubClient } from '../replication/hubClient.ts';
import type { ControlDocument } from '../store/index.ts';
import type { WireDocument } from '../verify/document.ts';
import type { AccessEnded } from './api.ts';
import type { Outdated } from './app-versions.ts';
import type { Inside } from './inside.ts';
import type { Session } from './session.ts';

export class AccessEnd {
	readonly #inside: Inside;

	constructor(inside: Inside) {
		this.#inside = inside;
	}

	/** What a user may not do who is unlocked: anything, after being removed; write, with an app that is too old. */
	limits(session: Session): { readonly ended?: AccessEnded; readonly outdated?: Outdated } {
		const [ended, { outdated }] = [this.of(session), session];
		return { ...(ended === null ? {} : { ended }), ...(outdated === null ? {} : { outdated }) };
	}

	/** Null for a member. Where several removed them, the first by the order of the log. */
	of(session: Session): AccessEnded | null {
		if (!session.ended) return null;
		const closing = session.state?.closings.get(session.self.actor)?.find(({ grants }) => grants === null);
		if (closing === undefined) return null;
		const signed = session.control.log.statement(closing.statement);
		return { at: signed === null ? 0 : hlcMs(signed.statement.hlc), by: session.authorName(closing.by), reason: session.name(closing.reason) };
	}

	/** The hub refused a session: hands in a use of the kit made here, or else asks what happened. True when the kit was taken. */
	async refused(client: HubClient): Promise<boolean> {
		const [control, hub] = [this.#inside.control(), this.#inside.hub()];
		if (control === null || hub === null) return false;
		const { store } = this.#inside.ports;
		const restoration = restorationAmong(await store.control.unsent(hub.key));
		if (restoration.length > 0) {
			const taken = await client.restore(restoration);
			if (taken.ok) await store.control.acknowledge(restoration.map(({ _id }) => _id), hub.key);
			if (taken.ok) return true;
		}
		const accounts = await this.#inside.identities.accounts();
		// one that waits to be admitted is refused as well, and has nothing to be told
		if (!accounts.some(({ actor }) => control.state?.actors.has(actor) === true)) return false;
		const told = await client.ended();
		if (!told.ok) return false;
		const added = await store.control.add(told.value.filter(isOfTheLog), hub.key);
		if (added.length > 0) await this.#inside.controlArrived(added);
		return false;
	}
}

const isOfTheLog = (document: WireDocument): document is ControlDocument => document.v === 's1' || document.v === 'k1' || document.v === 'o1';

/** The use of a kit among what the hub was not given, with all it rests on and the key documents that those name; nothing when there is none. */
export function restorationAmong(unsent: readonly ControlDocument[]): readonly ControlDocument[] {
	const statements = new Map<Hash, { readonly statement: Statement; readonly document: ControlDocument }>();
	for (const document of unsent) {
		const read = document.v === 's1' ? readStatement(document.text, document.sig) : null;
		if (read?.ok) statements.set(read.value.id, { statement: read.value.statement, document });
	}
	const uses = [...statements].filter(([, { statement }]) => statement.kind === 'restore');
	const last = uses.at(-1)?.[0];
	if (last === undefined) return [];
	const past = new Map<Hash, { readonly statement: Statement; readonly document: ControlDocument }>();
	const open = [last];
	for (let id = open.pop(); id !== undefined; id = open.pop()) {
		const one = statements.get(id);
		if (one === undefined || past.has(id)) continue;
		past.set(id, one);
		if (one.statement.kind !== 'genesis') open.push(...one.statement.prev);
	}
	const named = new Set<string>();
	for (const { statement } of past.values()) {
		if ('deliveries' in statement) for (const { bundle } of statement.deliveries) named.add(bundle);
		if ('epochs' in statement) for (const { older } of statement.epochs) if (older !== null) named.add(older);
	}
	return [...unsent.filter(({ v, _id }) => v !== 's1' && named.has(_id)), ...[...past.values()].map(({ document }) => document)];
}
