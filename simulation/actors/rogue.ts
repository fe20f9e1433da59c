/**
 * Somebody of the organization with a modified app: real keys, and changes that no honest app would make. They go straight into the hub's
 * databases. Some are allowed and strange (a chain forked on purpose, a clock of the year 9000, a dep that never was), most must not count.
 */
import { toBase64url } from '../../sync/change/base64url.ts';
import type { Change, Compartment, Hash, Hlc, Id, SignedChange } from '../../sync/change/change.ts';
import { hlc } from '../../sync/change/hlc.ts';
import { hashOf } from '../../sync/change/ids.ts';
import { seededRandom, type Random } from '../../sync/change/ports.ts';
import { vouch } from '../../sync/author/voucher.ts';
import { signChange, stampChange, type ChainTip, type Stamp } from '../../sync/author/stamp.ts';
import { databaseOf } from '../../sync/membership/databases.ts';
import { keyDocuments, openDeliveries } from '../../sync/membership/authoring/deliveries.ts';
import { MembershipLog } from '../../sync/membership/log.ts';
import { newestEpoch } from '../../sync/membership/selectors.ts';
import { openWithAny, sealChange } from '../../sync/seal/envelope.ts';
import { sealDeposit } from '../../sync/seal/deposit.ts';
import { epochKeys, type EpochKeys } from '../../sync/seal/epoch.ts';
import { newSigningKey } from '../../sync/seal/keys.ts';
import type { DepositDocument, EnvelopeDocument } from '../../sync/verify/document.ts';
import { checkDocument } from '../../sync/verify/document.ts';
import { changeId, resourceIdFor } from '../../sync/verify/ids.ts';
import { CANARY, type Founded, type Person } from '../world/organization.ts';
import { PREFIX, type SimulatedHub } from '../world/hub.ts';
import { START_MS, type Timeline } from '../world/timeline.ts';

export const TRICKS = ['allowed', 'beyond-role', 'other-compartment', 'second-beginning', 'forged-signature', 'fork', 'far-future', 'missing-dep', 'relay-of-forbidden', 'other-site'] as const;
export type Trick = (typeof TRICKS)[number];

/** What a change is about, where an existing one is needed. */
type Known = Change & { readonly changeId: Hash };

export class Rogue {
	readonly #founded: Founded;
	readonly #person: Person;
	readonly #hub: SimulatedHub;
	readonly #timeline: Timeline;
	readonly #random: Random;
	readonly #log: MembershipLog;
	readonly #keys: readonly EpochKeys[];
	/** where it is posted */
	readonly #site: Id;
	readonly #tips = new Map<string, ChainTip>();

	constructor(founded: Founded, person: Person, site: Id, hub: SimulatedHub, timeline: Timeline, seed: number) {
		this.#founded = founded;
		this.#person = person;
		this.#site = site;
		this.#hub = hub;
		this.#timeline = timeline;
		this.#random = seededRandom(`rogue ${seed}`);
		this.#log = new MembershipLog(founded.org);
		this.#log.add(founded.documents.flatMap((document) => (document.v === 's1' ? [document] : [])));
		this.#keys = openDeliveries(this.#log, person.self, keyDocuments(founded.documents)).keys
			.flatMap(({ site: of, comp, key }) => (of === null || comp === 'roster' ? [] : [epochKeys(founded.org, of, comp, key)]));
	}

	/** Plays a trick, if there is anything to play it on. Answers whether. */
	play(trick: Trick, value: number): boolean {
		const known = this.#known();
		const about = known[value % Math.max(1, known.length)];
		switch (trick) {
			case 'beyond-role':
				return this.#write('desk', about, value, {});
			case 'other-compartment':
				return this.#write('clinical', about, value, { under: 'desk' });
			case 'second-beginning':
				return about !== undefined && this.#write('clinical', about, value, { id: about.id });
			case 'forged-signature':
				return this.#write('clinical', about, value, { forged: true });
			case 'fork':
				return this.#write('clinical', about, value, { stay: true }) && this.#write('clinical', about, value + 1, {});
			case 'far-future':
				return this.#write('clinical', about, value, { hlc: hlc(Date.UTC(9000, 0, 1)) });
			case 'missing-dep':
				return about !== undefined && about.comp === 'clinical' && this.#write('clinical', about, value, { deps: [hashOf(this.#random.bytes(32)), about.changeId] });
			case 'relay-of-forbidden':
				return this.#write('desk', about, value, { relay: true });
			case 'other-site':
				return this.#write('clinical', about, value, { site: this.#founded.sites.find((site) => site !== this.#site) ?? this.#site });
			default:
				return this.#write('clinical', about, value, {});
		}
	}

	/** Writes an observation into somebody's chart, with one thing about it that is not as it should be. */
	#write(comp: Compartment, about: Known | undefined, value: number, odd: Odd): boolean {
		const epoch = this.#keys.find(({ site, comp: of }) => site === this.#site && of === (odd.under ?? comp));
		const chart = about?.chart;
		if (epoch === undefined || chart === undefined) return false;
		const site = odd.site ?? this.#site;
		const chain = `${site}/${comp}`;
		const tip = this.#tips.get(chain) ?? null;
		const create = { kind: 'random', rand: toBase64url(this.#random.bytes(16)) } as const;
		// of a type that belongs there: else the gate would refuse it for that alone
		const own = comp === 'desk' ? 'Appointment' : 'Observation';
		const type = odd.deps === undefined ? own : (about?.type ?? own);
		const id = odd.deps === undefined ? (odd.id ?? resourceIdFor(create, chart, comp, type, this.#person.self.actor)) : (about?.id ?? ('' as Id));
		const stamp: Stamp = {
			org: this.#founded.org, site, comp, chart, type, id, actor: this.#person.self.actor, tip, deps: odd.deps ?? [], ...(odd.deps === undefined ? { create } : {}),
			hlc: odd.hlc ?? hlc(START_MS + Math.floor(this.#timeline.now)), seen: this.#log.state?.heads ?? [],
			body: { set: { narrative: { text: { status: 'generated', div: `<div>${value} ${CANARY}</div>` } } }, unset: [], add: {}, remove: {} }
		};
		const change = stampChange(stamp);
		const signed = change.ok ? signChange(change.value, odd.forged === true ? newSigningKey(this.#random) : this.#person.self.sign) : change;
		if (!signed.ok) return false;
		if (odd.stay !== true && odd.forged !== true) this.#tips.set(chain, { seq: signed.value.change.seq, id: signed.value.id });
		this.#hub.smuggle(`${PREFIX}-${databaseOf(this.#site, odd.under ?? comp)}`, [sealChange(epoch, signed.value)]);
		return odd.relay === true ? this.#relay(signed.value) : true;
	}

	#relay(signed: SignedChange): boolean {
		const { state } = this.#log;
		const to = this.#founded.sites.find((site) => site !== this.#site);
		const epoch = state === null || to === undefined ? null : newestEpoch(state, to, signed.change.comp);
		if (state === null || to === undefined || epoch === null) return false;
		const voucher = vouch(signed.id, signed.change, { to, actor: this.#person.self.actor, seen: state.heads, key: this.#person.self.sign });
		const sealed = sealDeposit({ org: state.org, site: to, comp: signed.change.comp, epoch: epoch.epoch, pub: epoch.pub }, signed, voucher);
		if (sealed.ok) this.#hub.smuggle(`${PREFIX}-${databaseOf(to, signed.change.comp)}`, [sealed.value]);
		return sealed.ok;
	}

	/** What it can read at its own site, from the hub. */
	#known(): readonly Known[] {
		const found: Known[] = [];
		for (const comp of ['desk', 'clinical'] as const) {
			for (const stored of this.#hub.database(`${PREFIX}-${databaseOf(this.#site, comp)}`).docs.values()) {
				const checked = checkDocument(stored);
				if (!checked.ok || !isSealed(checked.value)) continue;
				const opened = openWithAny(this.#keys, checked.value);
				if (!opened.ok) continue;
				const change = JSON.parse(opened.value.text) as Change;
				if (change.site === this.#site && change.type !== 'Linkage' && change.comp === comp) found.push({ ...change, changeId: changeId(opened.value.text, opened.value.sig) });
			}
		}
		return found;
	}
}

interface Odd {
	readonly under?: Compartment;
	readonly id?: Id;
	readonly forged?: boolean;
	/** does not move on in its chain */
	readonly stay?: boolean;
	readonly hlc?: Hlc;
	readonly deps?: readonly Hash[];
	readonly relay?: boolean;
	readonly site?: Id;
}

const isSealed = (document: { readonly v: string }): document is EnvelopeDocument | DepositDocument => document.v === 'e1' || document.v === 'd1';
