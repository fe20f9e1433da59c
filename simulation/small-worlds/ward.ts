/**
 * People of two clinics and a region who write the changes of small worlds, in words of the ward.
 */
import type { Change, Compartment, Creation, GroupValue, Hash, Id, Json, SignedChange } from '../../sync/change/change.ts';
import { toBase64url } from '../../sync/change/base64url.ts';
import { hlc } from '../../sync/change/hlc.ts';
import { linkValue, type LinkState } from '../../sync/fhir/linkage.ts';
import type { Membership } from '../../sync/gate/context.ts';
import type { Person } from '../../sync/gate/testing/setting.ts';
import type { MembershipState } from '../../sync/membership/types.ts';
import { linkId, resourceIdFor } from '../../sync/verify/ids.ts';
import { Evidence } from '../testing/evidence.ts';
import { mayLink, type Law } from '../oracle/law.ts';
import type { Delivery, SmallWorld } from './small-world.ts';

export interface Words {
	readonly set?: { readonly [group: string]: GroupValue };
	readonly add?: { readonly [group: string]: { readonly [key: string]: Json } };
	readonly remove?: { readonly [group: string]: readonly string[] };
	readonly unset?: readonly string[];
	/** minutes of the author's clock since the first morning */
	readonly at?: number;
}

const MORNING_MS = Date.UTC(2026, 0, 5, 8);

export class Ward extends Evidence {
	readonly both: Law;
	readonly chartB: Id;
	readonly #tips = new Map<string, { readonly seq: number; readonly id: Hash }>();
	#minute = 0;

	constructor(seed: number) {
		super(seed);
		this.chartB = this.change(this.nurseB).change.id;
		const posts = [{ site: this.a, role: 'clinician' }, { site: this.b, role: 'clinician' }];
		const everywhere = ({ actor }: Person): [string, { readonly sign: string; readonly posts: typeof posts }] => [actor, { sign: this.law.actors.get(actor)?.sign ?? '', posts }];
		this.both = { ...this.law, actors: new Map([...this.law.actors, everywhere(this.nurseA), everywhere(this.nurseB)]) };
	}

	/** Both nurses are posted at both clinics. `withStatement` false: the log before anybody was posted. */
	posted(withStatement: boolean): Membership {
		if (withStatement) this.remember();
		else this.forget();
		const { state, at, isBefore } = this.log;
		const nurses = new Set([this.nurseA.state.member, this.nurseB.state.member]);
		const grown = (from: MembershipState): MembershipState => ({
			...from,
			members: new Map([...from.members].map(([id, member]) => [id, !nurses.has(id) ? member : {
				...member, grants: [this.a, this.b].map((site) => ({ site, role: 'clinician' as const, statement: this.now, by: this.nurseA.actor }))
			}]))
		});
		const grownAt = new Map<MembershipState, MembershipState>();
		const once = (from: MembershipState | null): MembershipState | null => {
			if (from === null) return null;
			const known = grownAt.get(from) ?? grown(from);
			grownAt.set(from, known);
			return known;
		};
		return { state: once(state), at: (heads) => once(at(heads)), isBefore };
	}

	/** Begins an entry. */
	begins(by: Person, type: string, comp: Compartment, words: Words, create?: Creation, site: Id = this.a): SignedChange {
		const begin: Creation = create ?? { kind: 'random', rand: toBase64url(this.random.bytes(16)) };
		const chart = site === this.a ? this.chart : this.chartB;
		return this.#says(by, { site, comp, chart, type, id: resourceIdFor(begin, chart, comp, type, by.actor), deps: [], create: begin }, words);
	}

	/** Writes to an entry, having seen these changes of it. */
	edits(by: Person, seen: readonly [SignedChange, ...SignedChange[]], words: Words): SignedChange {
		const { site, comp, chart, type, id } = seen[0].change;
		return this.#says(by, { site, comp, chart, type, id, deps: seen.map((signed) => signed.id).sort() }, words);
	}

	/** States something of the two charts, in the copy kept at one clinic. */
	states(by: Person, state: LinkState, site: Id, seen: readonly SignedChange[] = []): SignedChange {
		const charts = [this.chart, this.chartB].sort() as [Id, Id];
		const names = [{ site: this.a, chart: this.chart }, { site: this.b, chart: this.chartB }] as const;
		const words = { set: { link: linkValue(names, state) } };
		const [first, ...rest] = seen;
		if (first !== undefined) return this.edits(by, [first, ...rest], words);
		return this.#says(by, { site, comp: 'desk', chart: site === this.a ? this.chart : this.chartB, type: 'Linkage', id: linkId(this.chart, this.chartB), deps: [], create: { kind: 'link', charts } }, words);
	}

	#says(by: Person, where: Pick<Change, 'site' | 'comp' | 'chart' | 'type' | 'id' | 'deps'> & { readonly create?: Creation }, { at, ...words }: Words): SignedChange {
		const chain = `${by.actor}/${where.site}/${where.comp}`;
		const tip = this.#tips.get(chain) ?? null;
		const signed = this.sign({
			v: 1, org: this.org, actor: by.actor, seq: (tip?.seq ?? 0) + 1, prev: tip?.id ?? null, hlc: hlc(MORNING_MS + (at ?? ++this.#minute) * 60_000), seen: [this.now],
			...where, set: {}, unset: [], add: {}, remove: {}, ...words
		}, by);
		this.#tips.set(chain, { seq: signed.change.seq, id: signed.id });
		return signed;
	}

	/** The delivery of a change in the database of its site, or as a copy at another. */
	delivery(signed: SignedChange, options: { readonly copyAt?: Id; readonly document?: { readonly _id: string } } = {}): Delivery {
		const { change, id } = signed;
		const { copyAt } = options;
		const document = options.document ?? (copyAt === undefined ? this.envelope(signed) : this.deposit(signed, copyAt, this.nurseB));
		return { kind: 'envelope', database: { kind: change.comp === 'desk' ? 'desk' : 'care', site: copyAt ?? change.site }, document, change: copyAt === undefined ? change : null, id };
	}

	/** `late`: places whose key is delivered, and not there from the beginning. */
	world(deliveries: readonly Delivery[], late: readonly { readonly site: Id; readonly comp: Compartment }[] = []): SmallWorld {
		const isLate = (site: Id, comp: Compartment): boolean => late.some((place) => place.site === site && place.comp === comp);
		return {
			org: this.org, deliveries, log: (withStatement) => this.posted(withStatement), mayLink: (actor, sites) => mayLink(this.both, actor, sites),
			keys: [...this.epochs.values()].filter(({ site, comp }) => !isLate(site, comp))
		};
	}
}
