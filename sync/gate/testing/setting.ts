/**
 * A small organization for tests of the gate: region over clinics A and B, people posted there, and a hand that writes changes as
 * an app would, or as an attacker would. The membership log is a fake with three states in a row: before, now, later.
 */
import type { Change, Compartment, Creation, GroupValue, Hash, Id, SignedChange } from '../../change/change.ts';
import { toBase64url } from '../../change/base64url.ts';
import { hlc } from '../../change/hlc.ts';
import { hashOf, idOf } from '../../change/ids.ts';
import { seededRandom, type Random } from '../../change/ports.ts';
import { encodeChange } from '../../change/text.ts';
import { encodeVoucher, type Voucher } from '../../change/voucher.ts';
import type { ActorState, MemberState, MembershipState, Role, RosterSealed, SiteState } from '../../membership/types.ts';
import { sealDeposit } from '../../seal/deposit.ts';
import { sealChange } from '../../seal/envelope.ts';
import { epochKeys, newEpoch, type EpochKeys } from '../../seal/epoch.ts';
import { newSealKey, newSigningKey, sign, type SigningKey } from '../../seal/keys.ts';
import { changeId, chartId, resourceIdFor, actorId } from '../../verify/ids.ts';
import type { DepositDocument, EnvelopeDocument } from '../../verify/document.ts';
import { ChainKnowledge } from '../chain.ts';
import type { Membership } from '../context.ts';
import { Gate } from '../gate.ts';
import { Keyring } from '../keyring.ts';

const ACTIVE: GroupValue = {
	clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] }
};

export interface Person {
	readonly actor: Hash;
	readonly key: SigningKey;
	readonly state: ActorState;
}

type Draft = Partial<Omit<Change, 'v'>> & { readonly type?: string };

export class Setting {
	readonly random: Random;
	readonly org: Hash;
	readonly region: Id;
	readonly a: Id;
	readonly b: Id;
	/** heads of the log: at `past` nobody below the owner was posted, at `now` everybody is */
	readonly past: Hash;
	readonly now: Hash;
	readonly epochs = new Map<string, EpochKeys>();
	readonly nurseA: Person;
	readonly nurseB: Person;
	readonly receptionistA: Person;
	readonly stranger: Person;
	readonly chart: Id;
	#known: ReadonlySet<Hash>;

	constructor(seed: number) {
		this.random = seededRandom(seed);
		const hash = (): Hash => hashOf(this.random.bytes(32));
		const id = (): Id => idOf(this.random.bytes(16));
		[this.org, this.past, this.now] = [hash(), hash(), hash()];
		[this.region, this.a, this.b] = [id(), id(), id()];
		this.#known = new Set([this.past, this.now]);
		for (const site of [this.region, this.a, this.b]) {
			for (const comp of ['desk', 'clinical', 'restricted'] as const) {
				this.epochs.set(`${site}/${comp}`, epochKeys(this.org, site, comp, newEpoch(site, comp, this.random).key));
			}
		}
		this.nurseA = this.#person();
		this.nurseB = this.#person();
		this.receptionistA = this.#person();
		this.stranger = this.#person();
		this.chart = chartId(this.a, this.nurseA.actor, this.random.bytes(16));
	}

	#person(): Person {
		const key = newSigningKey(this.random);
		const keys = { device: idOf(this.random.bytes(16)), sign: key.publicKey, seal: newSealKey(this.random).publicKey, transport: newSigningKey(this.random).publicKey };
		const actor = actorId(keys);
		return { actor, key, state: { actor, member: idOf(this.random.bytes(16)), keys, statement: this.now, admittedBy: actor } };
	}

	/** The log as far as it has arrived. `forget` takes the present head away, as when it is still on its way. */
	forget(): void {
		this.#known = new Set([this.past]);
	}
	remember(): void {
		this.#known = new Set([this.past, this.now]);
	}

	get log(): Membership {
		const past = this.#state([this.past], []);
		const now = this.#state([this.past, this.now], [[this.nurseA, this.a, 'clinician'], [this.nurseB, this.b, 'clinician'], [this.receptionistA, this.a, 'receptionist']]);
		return {
			state: this.#known.has(this.now) ? now : past,
			at: (heads) => (heads.some((head) => !this.#known.has(head)) ? null : heads.includes(this.now) ? now : past),
			isBefore: (older, newer) => older === newer || (older === this.past && newer === this.now)
		};
	}

	#state(included: readonly Hash[], posts: readonly (readonly [Person, Id, Role])[]): MembershipState {
		const name: RosterSealed = { epoch: this.org, box: '' };
		const site = (id: Id, parent: Id | null): [Id, SiteState] => [id, { site: id, parent, kind: parent === null ? 'region' : 'clinic', name, statement: this.past }];
		const member = ([person, at, role]: readonly [Person, Id, Role]): [Id, MemberState] => [
			person.state.member,
			{ member: person.state.member, name, grants: [{ site: at, role, statement: this.now, by: person.actor }], former: [], actors: [person.actor] }
		];
		return {
			org: this.org, name, root: this.region, hubs: [], sites: new Map([site(this.region, null), site(this.a, this.region), site(this.b, this.region)]),
			members: new Map(posts.map(member)), actors: new Map(posts.map(([person]) => [person.actor, person.state])), epochs: new Map(),
			invitations: new Map(), closings: new Map(), fallen: new Map(), kits: new Map(), required: [], carriers: new Map(), shares: new Map(), heads: included.slice(-1), included: new Set(included), waiting: [], missing: [], refused: []
		};
	}

	epoch(site: Id, comp: Compartment): EpochKeys {
		const found = this.epochs.get(`${site}/${comp}`);
		if (found === undefined) throw new Error('no such compartment in the setting');
		return found;
	}

	/** A gate of someone who holds all keys of a site. */
	gate(site: Id, chains = new ChainKnowledge(), log: Membership = this.log): Gate {
		const keyring = new Keyring();
		for (const comp of ['desk', 'clinical', 'restricted'] as const) keyring.add(this.epoch(site, comp));
		return new Gate({ org: this.org, keyring, log, chains });
	}

	/** The beginning of an allergy unless the draft says otherwise. */
	change(by: Person, draft: Draft = {}, signedBy: Person = by): SignedChange {
		const { site = this.a, comp = 'clinical', chart = this.chart, type = 'AllergyIntolerance', deps = [] } = draft;
		const begins = deps.length === 0 && !('create' in draft);
		const random: Creation = { kind: 'random', rand: toBase64url(this.random.bytes(16)) };
		const create = begins ? random : draft.create;
		const id = draft.id ?? (create === undefined ? idOf(this.random.bytes(16)) : resourceIdFor(create, chart, comp, type, by.actor));
		const set: Change['set'] = type === 'AllergyIntolerance' ? { status: ACTIVE } : {};
		const change: Change = {
			v: 1, org: this.org, site, comp, chart, type, id, actor: by.actor, seq: 1, prev: null, deps, hlc: hlc(1_700_000_000_000),
			seen: [this.now], ...(create === undefined ? {} : { create }), set, unset: [], add: {}, remove: {}, ...draft
		};
		return this.sign(change, signedBy);
	}

	sign(change: Change, by: Person): SignedChange {
		const text = encodeChange(change);
		const sig = sign('saddlebag/change/1', text, by.key);
		return { id: changeId(text, sig), text, sig, change };
	}

	/** A chain of `length` changes, each a resource of its own. */
	chain(by: Person, length: number, draft: Draft = {}): SignedChange[] {
		const chain: SignedChange[] = [];
		for (let seq = 1; seq <= length; seq++) chain.push(this.change(by, { seq, prev: chain.at(-1)?.id ?? null, ...draft }));
		return chain;
	}

	envelope(signed: SignedChange, epoch: EpochKeys = this.epoch(signed.change.site, signed.change.comp)): EnvelopeDocument {
		return sealChange(epoch, signed);
	}

	deposit(signed: SignedChange, to: Id, by: Person, claim: Partial<Voucher> = {}, signedBy: Person = by): DepositDocument {
		const { site, comp } = signed.change;
		const voucher: Voucher = { v: 1, org: this.org, site, comp, change: signed.id, to, actor: by.actor, seen: [this.now], ...claim };
		const text = encodeVoucher(voucher);
		const epoch = this.epoch(to, comp);
		const sealed = sealDeposit({ org: this.org, site: to, comp, epoch: epoch.epoch, pub: epoch.deposit.pub }, signed, { text, sig: sign('saddlebag/voucher/1', text, signedBy.key) });
		if (!sealed.ok) throw new Error(sealed.error.message);
		return sealed.value;
	}
}
