/**
 * How a device comes to have users: founding the organization with the hub's set-up link, or answering an invitation.
 *
 * What the hub is about to be told is on this disk first. Should the answer get lost on its way, the next attempt finds out what became of it:
 * nobody is locked out of an organization that the hub already has.
 */
import type { Hash, Id } from '../change/change.ts';
import { APP_VERSION } from '../change/app-version.ts';
import { tick } from '../change/hlc.ts';
import { createGenesis } from '../membership/authoring/genesis.ts';
import { answer, codeOf } from '../membership/authoring/answer.ts';
import { isExpired, parseLink, type Invitation } from '../membership/authoring/invitation.ts';
import { openPreview } from '../membership/authoring/preview.ts';
import { newActor } from '../membership/authoring/pen.ts';
import { memberIdOf } from '../membership/ids.ts';
import { isOrigin } from '../membership/parse.ts';
import type { ControlDocument } from '../store/index.ts';
import { HubClient } from '../replication/hubClient.ts';
import { ok } from '../result.ts';
import { createWrap, type ActorSecrets } from '../seal/passphrase.ts';
import type { InvitationPreview, Outcome } from './api.ts';
import { isTooOld } from './app-versions.ts';
import { initials, type Account, type HubAddress, type Identities } from './identity.ts';
import { cleanName } from './organization.ts';
import { appTooOld, refuse } from './outcome.ts';
import type { DevicePorts } from './ports.ts';

const DRAFT = 'founding';
/** ms between two attempts to hand in an answer */
const RETRY_MS = 30_000;

export interface Joined {
	readonly account: Account;
	readonly secrets: ActorSecrets;
}

/** All that is kept of a founding until the hub has said what became of it. */
interface Draft {
	readonly org: Hash;
	readonly hub: HubAddress;
	readonly account: Account;
	readonly documents: readonly ControlDocument[];
}

export class Joining {
	readonly #ports: DevicePorts;
	readonly #identities: Identities;
	/** links that were looked up, so that the one previewed is the one answered */
	readonly #seen = new Map<string, Invitation>();
	#retry: (() => void) | null = null;
	#stopped = false;

	constructor(ports: DevicePorts, identities: Identities) {
		this.#ports = ports;
		this.#identities = identities;
	}

	client(origin: string): HubClient {
		return new HubClient({ fetch: this.#ports.fetch, origin, scheduler: this.#ports.scheduler });
	}

	/** Founds the organization. Its documents are stored here before the hub is asked; a hub that refuses leaves nothing behind. */
	async found(request: { readonly setupLink: string; readonly name: string; readonly siteName: string; readonly ownerName: string; readonly passphrase: string }): Promise<Outcome<Joined>> {
		const link = parseSetupLink(request.setupLink);
		const [name, siteName, ownerName] = [cleanName(request.name), cleanName(request.siteName), cleanName(request.ownerName)];
		if (link === null) return refuse('not-a-link', 'This is not a set-up link. Copy the whole link that the hub printed.');
		if (name === null || siteName === null || ownerName === null) return refuse('no-name', 'The organization, its first site and you need a name each.');
		if ((await this.#identities.organization()) !== null) return refuse('already-joined', 'This device belongs to an organization already.');
		const client = this.client(link.origin);
		const info = await client.info();
		if (!info.ok) return info;
		if (await this.resumeFounding()) return refuse('founded-before', 'Your last attempt went through after all. Unlock with the passphrase that you chose then.');
		if (info.value.configured) return refuse('already-founded', 'An organization was founded on this hub already. Ask one of its members for an invitation.');
		const { transport } = await this.#identities.device();
		const self = newActor(transport, this.#ports.random);
		const first = tick(null, this.#ports.clock.now());
		const origins = [...new Set([...info.value.origins.filter(isOrigin), link.origin])];
		const founded = createGenesis({
			name, site: { name: siteName, kind: 'region' }, ownerName, hub: { key: info.value.hub, origins }, self,
			hlc: [first, tick(first, this.#ports.clock.now())], random: this.#ports.random
		});
		if (!founded.ok) return founded;
		const secrets: ActorSecrets = { sign: self.sign, seal: self.seal };
		const member = memberIdOf(self.actor);
		const wrap = await createWrap(request.passphrase, secrets, { org: founded.value.org, member, device: self.keys.device }, this.#ports.random);
		if (!wrap.ok) return wrap;
		const account: Account = {
			member, organization: founded.value.org, actor: self.actor, keys: self.keys, label: initials(ownerName),
			color: await this.#identities.colorFor(), wrap: wrap.value, answered: null
		};
		const draft: Draft = {
			org: founded.value.org, hub: { key: info.value.hub, origin: link.origin, prefix: info.value.prefix }, account, documents: founded.value.documents
		};
		await this.#ports.store.identity.put(DRAFT, JSON.stringify(draft));
		const set = await client.setup(link.token, founded.value.documents);
		if (!set.ok) return set;
		await this.#settle(draft);
		return ok({ account, secrets });
	}

	/** Finishes a founding whose answer was lost: true when the hub turned out to have taken it. */
	async resumeFounding(): Promise<boolean> {
		const text = await this.#ports.store.identity.get(DRAFT);
		if (text === null || (await this.#identities.organization()) !== null) return false;
		const draft = JSON.parse(text) as Draft;
		const info = await this.client(draft.hub.origin).info();
		if (!info.ok || info.value.org !== draft.org) return false;
		await this.#settle(draft);
		return true;
	}

	async #settle(draft: Draft): Promise<void> {
		await this.#ports.store.control.add(draft.documents, draft.hub.key);
		await this.#identities.put(draft.account);
		await this.#identities.join(draft.org, draft.hub);
		await this.#ports.store.identity.remove([DRAFT]);
	}

	async preview(link: string): Promise<Outcome<InvitationPreview>> {
		const found = await this.#invitation(link);
		if (!found.ok) return found;
		const { organization, inviter, grants, expires, hub } = found.value;
		return ok({ organization, inviter: inviter.name, grants, expires, expired: isExpired(found.value, this.#ports.clock.now()), hub: hub.origin });
	}

	/** What a link stands for: in the link itself, or sealed at its hub. */
	async #invitation(link: string): Promise<Outcome<Invitation>> {
		const parsed = parseLink(link);
		if (!parsed.ok) return parsed;
		if (parsed.value.kind === 'whole') return ok(parsed.value.invitation);
		const { seed, key, origin } = parsed.value;
		const seen = this.#seen.get(`${origin} ${seed}`);
		if (seen !== undefined) return ok(seen);
		const sealed = await this.client(origin).preview(key);
		if (!sealed.ok && sealed.error.code === 'not-found') {
			return refuse('unknown-invitation', 'The hub knows no open invitation of this link: it was used, refused or withdrawn, or the inviter’s device has not reached the hub yet. Ask the person who invited you.');
		}
		if (!sealed.ok && sealed.error.code === 'unreachable') {
			return refuse('unreachable', 'The hub of this link cannot be reached from here. Where there is no line, ask the person who invited you for the code that works without one.');
		}
		if (!sealed.ok) return sealed;
		const opened = openPreview(seed, origin, sealed.value);
		if (opened.ok) this.#seen.set(`${origin} ${seed}`, opened.value);
		return opened;
	}

	/**
	 * Makes this device's keys for the invited person. The answer goes to the hub; where the hub cannot be reached or does not know the invitation yet,
	 * and the link told everything, it waits here, to be carried by hand or handed in later. An answer that the hub refuses for good leaves nothing behind.
	 */
	async answer(request: { readonly link: string; readonly name: string; readonly passphrase: string }): Promise<Outcome<Joined & { readonly code: string }>> {
		const found = await this.#invitation(request.link);
		const name = cleanName(request.name);
		if (!found.ok) return found;
		if (name === null) return refuse('no-name', 'Enter your name, as your colleagues should see it.');
		const invitation = found.value;
		if (isExpired(invitation, this.#ports.clock.now())) return refuse('expired', 'This invitation has expired. Ask for a new one.');
		const link = parseLink(request.link);
		const byHand = link.ok && link.value.kind === 'whole';
		const bound = await this.#bind(invitation, byHand);
		if (!bound.ok) return bound;
		const before = await this.#answeredBefore(invitation.invitation, request.passphrase);
		const made = before === null ? await this.#newAccount(invitation, name, request.passphrase) : ok(before);
		if (!made.ok) return made;
		const handed = await this.deliver(made.value.account);
		if (handed.ok || (byHand && mayComeYet(handed.error.code))) return made;
		if (isFinal(handed.error.code)) await this.#identities.remove(made.value.account);
		return handed;
	}

	/** This device is of that organization from now on. Asks the hub; where nothing answers that is one, a link that tells everything works without. */
	async #bind(invitation: Invitation, byHand: boolean): Promise<Outcome<null>> {
		const info = await this.client(invitation.hub.origin).info();
		if (!info.ok && !(byHand && mayComeYet(info.error.code))) return info;
		const running = this.#ports.appVersion ?? APP_VERSION;
		if (info.ok && isTooOld(running, info.value.minimum)) return appTooOld({ running, required: info.value.minimum });
		if (info.ok && info.value.hub !== invitation.hub.key) return refuse('wrong-hub', 'The hub at this address is not the one that the invitation names. Do not go on; tell the person who invited you.');
		const prefix = info.ok ? info.value.prefix : '';
		if (!(await this.#identities.join(invitation.org, { ...invitation.hub, prefix }))) {
			return refuse('already-joined', 'This device belongs to another organization already.');
		}
		if (info.ok) await this.#identities.learnPrefix(prefix);
		return ok(null);
	}

	async #newAccount(invitation: Invitation, name: string, passphrase: string): Promise<Outcome<Joined & { readonly code: string }>> {
		const { transport } = await this.#identities.device();
		const made = answer(invitation, { name, transport, random: this.#ports.random });
		const secrets: ActorSecrets = { sign: made.self.sign, seal: made.self.seal };
		const member = memberIdOf(invitation.invitation);
		const wrap = await createWrap(passphrase, secrets, { org: invitation.org, member, device: made.self.keys.device }, this.#ports.random);
		if (!wrap.ok) return wrap;
		const code = await codeOf(made);
		const account: Account = {
			member, organization: invitation.org, actor: made.self.actor, keys: made.self.keys, label: initials(name), color: await this.#identities.colorFor(),
			wrap: wrap.value, answered: { invitation: invitation.invitation, code, document: made.document, delivered: false, expires: invitation.expires }
		};
		await this.#identities.put(account);
		return ok({ account, secrets, code });
	}

	/** Hands in what could not be for want of a line, now and then until it is done. `start`: begins to replicate, once that is possible. */
	persist(start: () => Promise<void>): void {
		this.#retry ??= this.#ports.scheduler.after(RETRY_MS, () => {
			this.#retry = null;
			void this.#handIn(start).catch(() => false).then((done) => (done || this.#stopped ? undefined : this.persist(start)));
		});
	}

	stop(): void {
		this.#stopped = true;
		this.#retry?.();
	}

	async #handIn(start: () => Promise<void>): Promise<boolean> {
		const organization = await this.#identities.organization();
		if (organization === null) return true;
		const waiting = (await this.#identities.accounts()).filter(({ answered }) => answered?.delivered === false);
		const handed = await Promise.all(waiting.map((account) => this.deliver(account)));
		if (organization.hub.prefix === '') await start();
		return (await this.#identities.organization())?.hub.prefix !== '' && handed.every(({ ok: done }) => done);
	}

	/** Learns from the hub what its databases are called, where that is not known yet. */
	async learnHub(): Promise<HubAddress | null> {
		const organization = await this.#identities.organization();
		if (organization === null || organization.hub.prefix !== '') return organization?.hub ?? null;
		const info = await this.client(organization.hub.origin).info();
		if (!info.ok || info.value.hub !== organization.hub.key) return null;
		await this.#identities.learnPrefix(info.value.prefix);
		return { ...organization.hub, prefix: info.value.prefix };
	}

	/** The same person answering the same invitation again, e.g. after the line broke: the same keys and the same code. */
	async #answeredBefore(invitation: Id, passphrase: string): Promise<(Joined & { readonly code: string }) | null> {
		const account = (await this.#identities.accounts()).find(({ answered }) => answered?.invitation === invitation);
		if (account === undefined || account.answered === null) return null;
		const secrets = await this.#identities.unlock(account, passphrase);
		return secrets.ok ? { account, secrets: secrets.value, code: account.answered.code } : null;
	}

	/** Hands the answer of an account to the hub, unless that was done. */
	async deliver(account: Account): Promise<Outcome<null>> {
		if (account.answered === null || account.answered.delivered) return ok(null);
		const organization = await this.#identities.organization();
		if (organization === null) return refuse('no-hub', 'This device has no hub yet.');
		const handed = await this.client(organization.hub.origin).answer(account.answered.document);
		if (!handed.ok) return handed;
		await this.#identities.put({ ...account, answered: { ...account.answered, delivered: true } });
		return ok(null);
	}
}

/** The hub judged the answer: the invitation was used or withdrawn, or the answer is not from its link. */
const isFinal = (code: string): boolean => code === 'refused' || code === 'forbidden';
/** No hub said anything of the invitation, or it has not heard of it: also a hotel's log-in page answers under any address. */
const mayComeYet = (code: string): boolean => ['unreachable', 'timeout', 'bad-answer', 'too-large', 'not-found', 'busy', 'hub-failed'].includes(code);

function parseSetupLink(link: string): { readonly origin: string; readonly token: string } | null {
	const match = /^(https?:\/\/[^/#?\s]+)\/setup#(\S+)$/.exec(link.trim());
	return match === null ? null : { origin: match[1] as string, token: match[2] as string };
}
