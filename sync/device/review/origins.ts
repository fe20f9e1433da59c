/**
 * Where an entry came from, and that one was taken back: read from what is signed, for people.
 *
 * A moved entry cites the beginning of the original by its change id. Who recorded it first is what the verified header of that very change says, looked
 * up among the changes held here (the chart it came from, or copies that went along with the move), and is said only if the original had the values that the
 * moved entry began with (what was adopted from the late lane is looked up there): whoever writes an entry of their own under somebody's citation gets their own name on it (attack 52).
 */
import { isObject } from '../../change/canonical.ts';
import { COMPARTMENTS, type Hash, type Id, type VerifiedChange } from '../../change/change.ts';
import { RETRACTION_URL } from '../../author/retract.ts';
import type { LateChange } from '../../gate/verdict.ts';
import { shownResource } from '../../merge/assemble.ts';
import { saysTheSame } from '../../merge/origin.ts';
import { leadsRetracted } from '../../merge/retraction.ts';
import type { ChartState, ResourceState } from '../../merge/state.ts';
import type { ChartRef, Entry } from '../api.ts';
import { attribute, attributeIn } from '../attribution.ts';
import type { Projection } from '../projection.ts';
import type { EntryOrigin, EntryRetraction, MisplacedEntry } from '../review-api.ts';
import type { Session } from '../session.ts';

type Moved = Extract<NonNullable<VerifiedChange['change']['create']>, { readonly kind: 'moved' }>;

/** Charts read while one screen is made: many entries may have come from one. */
export type ChartsRead = Map<string, Promise<readonly VerifiedChange[]>>;

export class Origins {
	readonly #session: Session;
	readonly #projection: Projection;
	readonly #late: (ref: ChartRef) => Promise<readonly LateChange[]>;

	/** `late`: what is in the late lane of a chart. */
	constructor(session: Session, projection: Projection, late: (ref: ChartRef) => Promise<readonly LateChange[]>) {
		this.#late = late;
		this.#session = session;
		this.#projection = projection;
	}

	/** What is to be said of an entry beside its own authors; nothing of most. `read`: charts read for the same screen, each once. */
	async of(state: ResourceState, read: ChartsRead): Promise<Pick<Entry, 'origin' | 'retraction'>> {
		const [origin, retraction] = [await this.#origin(state, read), retractionIn(this.#session, state)];
		return { ...(origin === null ? {} : { origin }), ...(retraction === null ? {} : { retraction }) };
	}

	async #origin(state: ResourceState, read: ChartsRead): Promise<EntryOrigin | null> {
		const root = state.changes.find(({ change }) => change.create?.kind === 'moved' && change.deps.length === 0);
		const create = root?.change.create;
		if (root === undefined || create?.kind !== 'moved') return null;
		const from: ChartRef = { site: create.site, chart: create.chart };
		const accepted = await this.#original(state, create, read);
		const isHere = from.chart === state.chart && from.site === state.site;
		const late = isHere && !accepted.some(({ id }) => id === create.change) ? await this.#lateOriginal(state, create) : [];
		const held = [...accepted, ...late];
		const cited = held.find(({ id }) => id === create.change);
		const same = cited !== undefined && saysTheSame(root, held);
		const at = (signed: Pick<VerifiedChange, 'id' | 'change'>) => ({ change: signed.id, actor: signed.change.actor, site: signed.change.site, hlc: signed.change.hlc });
		return {
			how: !isHere ? 'moved' : late.some(({ id }) => id === create.change) ? 'adopted' : cited !== undefined && cited.change.comp === state.comp ? 'kept-apart' : 'relabelled',
			from, id: create.resource, by: attributeIn(this.#session, state, at(root)), reason: root.change.reason ?? null,
			original: cited !== undefined && same ? attribute(this.#session, at(cited), false) : null,
			altered: cited !== undefined && !same
		};
	}

	/** What the late lane has of the original: it stands in no chart. */
	async #lateOriginal(state: ResourceState, { site, chart, resource }: Moved): Promise<readonly LateChange[]> {
		return (await this.#late({ site, chart })).filter(({ change }) => change.id === resource && change.type === state.type);
	}

	/** All changes of the original that are held here, natively or as copies, in whatever compartment this user reads. */
	async #original(state: ResourceState, { site, chart, resource }: Moved, read: ChartsRead): Promise<readonly VerifiedChange[]> {
		const sites = [...new Set<Id>([site, state.site])];
		const name = [...sites, chart].join('/');
		const known = read.get(name) ?? Promise.all(COMPARTMENTS.flatMap((comp) => sites.map((at) => this.#projection.read(at, comp, chart)))).then((all) => all.flat());
		read.set(name, known);
		const found = new Map<Hash, VerifiedChange>();
		for (const signed of await known) if (signed.change.site === site && signed.change.id === resource && signed.change.type === state.type) found.set(signed.id, signed);
		return [...found.values()];
	}
}

/** By whom and why an entry was taken back; null when it stands. */
export function retractionIn(session: Session, state: ResourceState): EntryRetraction | null {
	if (!state.retracted) return null;
	const by = leadsRetracted(state);
	const signed = state.changes.find(({ id }) => id === by?.change);
	if (by === null || signed === undefined) return null;
	return { by: attributeIn(session, state, by), reason: signed.change.reason ?? null, otherPatient: isOtherPatients(state) };
}

/** Was it taken back because it belongs to somebody else? */
const isOtherPatients = (state: ResourceState): boolean =>
	(state.groups.get('extensions')?.items ?? []).some(({ bodies }) => bodies.some(({ body }) => isObject(body) && body['url'] === RETRACTION_URL && body['valueCode'] === 'other-patient'));

/** Entries of these charts that were found to belong to another patient. Restricted ones have no copies, and stand in their own chart alone. */
export const misplacedIn = (session: Session, charts: readonly ChartState[]): readonly MisplacedEntry[] =>
	charts.flatMap(({ site, chart, resources }) => [...resources.values()].flatMap((state): readonly MisplacedEntry[] => {
		const retraction = state.retracted && state.comp !== 'restricted' && isOtherPatients(state) ? retractionIn(session, state) : null;
		return retraction === null ? [] : [{ ref: { site, chart }, type: state.type, id: state.id, resource: shownResource(state), retraction }];
	}));
