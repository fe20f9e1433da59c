/**
 * Joining where neither side has a line: the answer is carried to the inviter, the admission back, by camera or as a file.
 *
 * What is carried is what a hub would hold, and is judged as what a hub serves: an answer is one only with the invitation's signature, an admission
 * is in force only if the membership log says so. The comparison of codes stays as it is; expiry is judged by who admits.
 */
import type { Hash, Id } from '../change/change.ts';
import type { Organization } from './organization.ts';
import { encodeBundle, isEnvelope, parseBundle, type Bundle } from '../replication/bundle-file.ts';
import { ok } from '../result.ts';
import type { Outcome, PendingAnswer } from './api.ts';
import { carried, CodeReader } from './carrying.ts';
import type { Inside } from './inside.ts';
import type { Carried, ScanProgress } from './members-api.ts';
import { notArrived, refuse } from './outcome.ts';

const FILE = { answer: 'answer.saddlebag', admission: 'admission.saddlebag' } as const;

export class Carrying {
	readonly #inside: Inside;
	readonly #reader = new CodeReader();

	constructor(inside: Inside) {
		this.#inside = inside;
	}

	scanned(code: string): Outcome<ScanProgress> {
		return this.#reader.take(code);
	}

	/** On the newcomer's device. */
	async answer(invitation: Id): Promise<Outcome<Carried>> {
		const account = (await this.#inside.identities.accounts()).find(({ answered }) => answered?.invitation === invitation);
		if (account === undefined || account.answered === null) return refuse('no-answer', 'No answer to this invitation waits on this device.');
		return ok(carried(encodeBundle({ org: account.organization, hub: null, entries: [{ db: 'control', document: account.answered.document }] }), FILE.answer));
	}

	/** On the inviter's. */
	async takeAnswer(organization: Organization, text: string): Promise<Outcome<PendingAnswer>> {
		const bundle = this.#bundle(text);
		if (!bundle.ok) return bundle;
		const [document] = bundle.value.entries.flatMap((entry) => (entry.document.v === 'a1' ? [entry.document] : []));
		return document === undefined ? refuse('no-answer', 'This is not an answer to an invitation.') : organization.takeAnswer(document);
	}

	/** On the inviter's: admits, and makes what the newcomer's device has to take in. */
	async admit(organization: Organization, request: { readonly invitation: Id; readonly answer: string; readonly code: string }): Promise<Outcome<Carried>> {
		const actor = organization.actorOf(request);
		const admitted = await organization.admit(request);
		if (!admitted.ok) return admitted;
		return actor === null ? notArrived() : this.#admission(actor);
	}

	#admission(actor: Hash): Outcome<Carried> {
		const [control, hub] = [this.#inside.control(), this.#inside.hub()];
		if (control === null || hub === null) return notArrived();
		const entries = control.documentsFor(actor).map((document) => ({ db: 'control', document }));
		return ok(carried(encodeBundle({ org: control.org, hub: hub.prefix === '' ? null : hub, entries }), FILE.admission));
	}

	/** On the newcomer's device: statements and keys, taken in as from a hub. */
	async takeAdmission(text: string): Promise<Outcome<null>> {
		const bundle = this.#bundle(text);
		if (!bundle.ok) return bundle;
		const { identities, ports } = this.#inside;
		const organization = await identities.organization();
		const waiting = (await identities.accounts()).filter(({ answered }) => answered !== null);
		if (organization === null || waiting.length === 0) return refuse('no-answer', 'Nobody on this device waits to be admitted.');
		if (bundle.value.org !== organization.org) return refuse('other-organization', 'This admission is of another organization.');
		const { hub } = bundle.value;
		if (hub !== null && hub.key === organization.hub.key) await identities.learnPrefix(hub.prefix);
		const documents = bundle.value.entries.flatMap(({ document }) => (isEnvelope(document) ? [] : [document]));
		const added = await ports.store.control.add(documents, null);
		await this.#inside.start();
		await this.#inside.controlArrived(added);
		const left = (await identities.accounts()).filter(({ answered }) => answered !== null).length;
		if (left < waiting.length) return ok(null);
		return refuse('not-admitted', 'This admits somebody else, or somebody withdrew it. Nobody who waits on this device is admitted by it.');
	}

	#bundle(text: string): Outcome<Bundle> {
		const bundle = parseBundle(text);
		if (!bundle.ok) return bundle;
		const control = this.#inside.control();
		if (control !== null && bundle.value.org !== control.org) return refuse('other-organization', 'This was made for another organization.');
		const [refused] = bundle.value.refused;
		return refused === undefined ? bundle : refuse('altered', `Part of this was altered on its way: ${refused.reason}`);
	}
}
