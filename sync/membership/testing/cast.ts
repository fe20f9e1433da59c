/**
 * A cast for tests that read as sentences: people with devices, one hub that passes statements on, and sentences that found an organization.
 *
 *     const cast = await setup('olga owner of region', 'clinic north below region', 'lea lead of north');
 *     cast.lea.invites('carl', 'clinician of north');
 *
 * Everything follows from the seed and the order of calls. A person who is apart (`goesOffline`) works on what had arrived before.
 */
import { fixedClock, seededRandom, type Random } from '../../change/ports.ts';
import type { Hash, Hlc, Id } from '../../change/change.ts';
import { hlc, tick } from '../../change/hlc.ts';
import type { Result } from '../../result.ts';
import { newSigningKey, type SigningKey } from '../../seal/keys.ts';
import type { EpochSecret } from '../../seal/epoch.ts';
import type { AnswerDocument, StatementDocument } from '../../verify/document.ts';
import { ready } from '../../verify/sodium.ts';
import { admit } from '../authoring/admit.ts';
import { answer, openAnswer, type Answered } from '../authoring/answer.ts';
import { deliver } from '../authoring/deliver.ts';
import { keyDocuments, openDeliveries, type Keyring } from '../authoring/deliveries.ts';
import { createGenesis } from '../authoring/genesis.ts';
import { grant } from '../authoring/grant.ts';
import { encodeInvitation, parseInvitation, type Invitation } from '../authoring/invitation.ts';
import { invite, type Invited } from '../authoring/invite.ts';
import { documentOf, newActor, signStatement, type ActorSecrets, type ControlDocument, type Pen, type StatementBody, type Written } from '../authoring/pen.ts';
import { kitFrom, makeKit, restore, type KitMade, type Restoring } from '../authoring/kit.ts';
import { refuse } from '../authoring/refuse.ts';
import { revoke, withdraw, type Removed } from '../authoring/removal.ts';
import { renew, rotate, type Place } from '../authoring/rotate.ts';
import { addSite } from '../authoring/site.ts';
import { MembershipLog } from '../log.ts';
import { ROLES, SITE_KINDS, type Grant, type MembershipState, type Role, type SignedStatement, type SiteKind } from '../types.ts';

const START_MS = Date.UTC(2026, 0, 5, 8);
const DAY_MS = 24 * 3600 * 1000;
export const HUB_ORIGIN = 'https://hub.example.org';

/** The value of a result that a test expects to be one. */
export function must<T>(result: Result<T, { readonly message: string }>): T {
	if (!result.ok) throw new Error(result.error.message);
	return result.value;
}

export class Cast {
	readonly documents: ControlDocument[] = [];
	readonly sites = new Map<string, Id>();
	readonly people = new Map<string, Person>();
	readonly hub: SigningKey;
	readonly clock = fixedClock(START_MS);
	org!: Hash;
	private reading: Hlc = hlc(START_MS);

	constructor(readonly random: Random) {
		this.hub = newSigningKey(random);
	}

	/** Draws the nonce of a preview apart, so that what was frozen before there were previews is made of the same random bytes. */
	readonly invitingRandom: Random = { bytes: (n) => (n === 32 ? this.random.bytes(n) : this.previews.bytes(n)) };
	private readonly previews = seededRandom('previews');

	get statements(): readonly StatementDocument[] {
		return this.documents.filter((document) => document.v === 's1');
	}

	/** The state that a device which got everything resolves. */
	get state(): MembershipState {
		const log = new MembershipLog(this.org);
		log.add(this.statements);
		if (log.state === null) throw new Error('the organization was not founded');
		return log.state;
	}

	now(): Hlc {
		this.clock.set(this.clock.now() + 1000);
		this.reading = tick(this.reading, this.clock.now());
		return this.reading;
	}

	site(name: string): Id {
		const site = this.sites.get(name);
		if (site === undefined) throw new Error(`no site ${name}`);
		return site;
	}

	person(name: string): Person {
		const person = this.people.get(name);
		if (person === undefined) throw new Error(`nobody is called ${name}`);
		return person;
	}

	/** 'clinician of north and south' */
	grants(words: string): readonly Grant[] {
		const [, role = '', places = ''] = /^(\S+) of (.+)$/.exec(words) ?? [];
		if (!isRole(role)) throw new Error(`no role ${role}`);
		return places.split(' and ').map((place) => ({ site: this.site(place), role }));
	}

	founder(name: string, siteName: string): Person {
		const transport = newSigningKey(this.random);
		const self = newActor(transport, this.random);
		const founded = must(createGenesis({
			name: 'Rural Health', site: { name: siteName, kind: 'region' }, ownerName: name, self,
			hub: { key: this.hub.publicKey, origins: [HUB_ORIGIN] }, hlc: [this.now(), this.now()], random: this.random
		}));
		this.org = founded.org;
		this.documents.push(...founded.documents);
		this.sites.set(siteName, must({ ok: true, value: this.state.root }));
		return this.add(new Person(this, name, self, transport));
	}

	add(person: Person): Person {
		this.people.set(person.name, person);
		return person;
	}
}

export class Person {
	private online = true;
	private readonly seen = new Map<string, ControlDocument>();
	readonly log: MembershipLog;

	constructor(readonly cast: Cast, readonly name: string, readonly self: ActorSecrets, readonly transport: SigningKey) {
		this.log = new MembershipLog(cast.org);
	}

	get actor(): Hash {
		return this.self.actor;
	}

	get member(): Id {
		const member = this.cast.state.actors.get(this.actor)?.member;
		if (member === undefined) throw new Error(`${this.name} is not a member`);
		return member;
	}

	/** What has been fetched last is all there is until `comesBack`. */
	goesOffline(): this {
		this.fetch();
		this.online = false;
		return this;
	}

	comesBack(): this {
		this.online = true;
		for (const document of this.seen.values()) if (!this.cast.documents.includes(document)) this.cast.documents.push(document);
		this.fetch();
		return this;
	}

	get state(): MembershipState {
		this.fetch();
		if (this.log.state === null) throw new Error(`${this.name} has no log`);
		return this.log.state;
	}

	get keyring(): Keyring {
		this.fetch();
		return openDeliveries(this.log, this.self, keyDocuments(this.seen.values()));
	}

	get held(): readonly EpochSecret[] {
		return this.keyring.keys;
	}

	/** Holds a key of each epoch of this compartment. */
	opens(siteName: string, comp: EpochSecret['comp']): boolean {
		const { keys, lacking } = this.keyring;
		const here = (one: Pick<EpochSecret, 'site' | 'comp'>): boolean => one.site === this.cast.site(siteName) && one.comp === comp;
		return keys.some(here) && !lacking.some(here);
	}

	get pen(): Pen {
		return { log: this.log, self: this.self, held: this.held, hlc: this.cast.now(), random: this.cast.random };
	}

	addsSite(name: string, parent: string, kind: SiteKind = 'clinic'): Id {
		const added = this.posts(must(addSite(this.pen, { name, kind, parent: this.cast.site(parent) })));
		this.cast.sites.set(name, added.site);
		return added.site;
	}

	invites(words: string, days = 7): Invited {
		const expires = this.cast.clock.now() + days * DAY_MS;
		return this.posts(must(invite({ ...this.pen, random: this.cast.invitingRandom }, { grants: this.cast.grants(words), expires, hub: { key: this.cast.hub.publicKey, origin: HUB_ORIGIN } })));
	}

	/** Opens the answer, takes the codes for equal, admits. */
	admits(document: AnswerDocument, grants?: readonly Grant[]): Written {
		const opened = must(openAnswer(this.state, this.self, document));
		return this.posts(must(admit(this.pen, { answer: opened, ...(grants === undefined ? {} : { grants }), nowMs: this.cast.clock.now() })));
	}

	/** Invites, is answered and admits, face to face. */
	brings(name: string, words: string): Person {
		const newcomer = answers(this.cast, name, this.invites(words).link);
		this.admits(newcomer.answered.document);
		return this.cast.add(newcomer.person);
	}

	postsMember(member: Person, words: string): Written {
		return this.posts(must(grant(this.pen, { member: member.member, grants: this.cast.grants(words) })));
	}

	refuses(invited: Invited, reason = ''): Written {
		return this.posts(must(refuse(this.pen, { invitation: invited.invitation, reason })));
	}

	rotates(...places: readonly Place[]): Written {
		return this.posts(must(rotate(this.pen, places)));
	}

	/** Removes people, on whatever devices they have. */
	removes(...people: readonly Person[]): Removed {
		const [first] = people;
		const member = people.length === 1 && first !== undefined ? first.member : null;
		return this.posts(must(revoke(this.pen, { member, actors: people.map((person) => person.actor), positions: [], reason: 'left' })));
	}

	/** Takes posts away: 'lead of north' */
	takesFrom(person: Person, words: string): Removed {
		return this.posts(must(withdraw(this.pen, { member: person.member, grants: this.cast.grants(words), positions: [], reason: '' })));
	}

	makesKit(needed = 2, shares = 3): KitMade {
		return this.posts(must(makeKit(this.pen, { needed, shares })));
	}

	/** Uses the kit on this person's device: the person becomes an owner. */
	restoresWith(kit: KitMade, change: Partial<Pick<Restoring, 'reinstate' | 'remove'>> = {}): Written {
		const secrets = kitFrom(kit.seed);
		this.fetch();
		const { keys } = openDeliveries(this.log, secrets, keyDocuments(this.seen.values()));
		return this.posts(must(restore({
			log: this.log, seed: kit.seed, held: keys, owner: this.self, name: this.name, reinstate: [], remove: [], positions: [], reason: 'lost',
			hlc: this.cast.now(), random: this.cast.random, ...change
		})));
	}

	/** Starts the epochs that a removal made necessary; null when there are none. */
	renews(): Written | null {
		const written = must(renew(this.pen));
		return written === null ? null : this.posts(written);
	}

	deliversWhatIsOwed(): Written | null {
		const written = must(deliver(this.pen));
		return written === null ? null : this.posts(written);
	}

	/** Signs whatever it is told, as a modified app would, and posts it. */
	forges(body: StatementBody, prev: readonly Hash[] = this.state.heads): SignedStatement {
		const signed = signStatement({ ...body, v: 1, org: this.cast.org, actor: this.actor, prev, hlc: this.cast.now() }, this.self);
		this.send([documentOf(signed)]);
		return signed;
	}

	posts<T extends Written>(written: T): T {
		this.send(written.documents);
		return written;
	}

	send(documents: readonly ControlDocument[]): void {
		for (const document of documents) this.seen.set(document._id, document);
		if (this.online) this.cast.documents.push(...documents);
		this.log.add(documents.filter((document) => document.v === 's1'));
	}

	private fetch(): void {
		if (!this.online) return;
		for (const document of this.cast.documents) this.seen.set(document._id, document);
		this.log.add(this.cast.statements);
	}
}

/** Somebody opens the link on a new device. */
export function answers(cast: Cast, name: string, link: Invitation): { readonly person: Person; readonly answered: Answered } {
	const transport = newSigningKey(cast.random);
	const invitation = must(parseInvitation(encodeInvitation(link)));
	const answered = answer(invitation, { name, transport, random: cast.random });
	return { person: new Person(cast, name, answered.self, transport), answered };
}

const isRole = (word: string): word is Role => ROLES.some((role) => role === word);
const isSiteKind = (word: string): word is SiteKind => SITE_KINDS.some((kind) => kind === word);

/**
 * 'olga owner of region' founds; 'clinic north below region' adds a site; 'lea lead of north and south' joins. The founder does it all,
 * unless it ends in ', by lea'.
 */
export async function setup(...sentences: readonly string[]): Promise<Cast> {
	await ready();
	const cast = new Cast(seededRandom(sentences.join('; ')));
	let founder: Person | null = null;
	for (const sentence of sentences) {
		const [what = '', by] = sentence.split(', by ');
		const [subject = '', ...rest] = what.split(' ');
		if (founder === null) {
			founder = cast.founder(subject, rest.at(-1) ?? '');
			continue;
		}
		const agent: Person = by === undefined ? founder : cast.person(by);
		const [name = '', below, parent = ''] = rest;
		if (isSiteKind(subject) && below === 'below') agent.addsSite(name, parent, subject);
		else agent.brings(subject, rest.join(' '));
	}
	return cast;
}
