/**
 * A clinic box: a hub that carries named sites between the devices around it and the hub above, whenever there is a line.
 *
 * It holds one key and no data key. Until somebody who leads a site lets it carry (a statement of the membership log), it asks; from then on it copies the
 * log, the databases of its sites and the frontiers both ways, and passes on what was deposited here for other sites. Every document that comes passes the
 * same check as a push. It goes on where it stopped: how far each database was read and sent is kept beside it, durably, and moved after what it speaks of was stored.
 */
import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { Hash, Id } from '../../sync/change/change.ts';
import type { Clock } from '../../sync/change/ports.ts';
import { carrierLink, carrierOn, carrierProofText, type CarrierRequest } from '../../sync/membership/carrier.ts';
import { deviceIdOf } from '../../sync/membership/ids.ts';
import type { Result } from '../../sync/result.ts';
import { readStatement } from '../../sync/membership/log.ts';
import type { StatementDocument } from '../../sync/verify/document.ts';
import { checkFrontier, isSignedBy } from '../../sync/verify/frontier.ts';
import type { Identity } from '../identity.ts';
import type { Organization } from '../organization.ts';
import { controlName, databaseName, parseDatabaseName, type DatabaseName } from '../storage/names.ts';
import { databaseOfFrontier, type FrontierStore } from '../storage/frontiers.ts';
import { FROM_START, type HubStorage } from '../storage/port.ts';
import { depositAgain, ferry, fetchAll, type FerryParts } from './ferry.ts';
import { Upstream, type Fetch, type KnownFrontier, type UpstreamInfo, type UpstreamProblem } from './upstream.ts';
import { Visited } from './visited.ts';

export interface CarrierOptions {
	/** origin of the hub above */
	readonly upstream: string;
	readonly prefix: string;
	readonly identity: Identity;
	readonly storage: HubStorage;
	readonly frontiers: FrontierStore;
	readonly organization: Organization;
	/** under which devices reach this box */
	readonly origins: () => readonly string[];
	readonly clock: Clock;
	readonly log: Logger;
	readonly fetch: Fetch;
	/** bounds of the pause after a failure, ms */
	readonly backoff?: { readonly firstMs: number; readonly mostMs: number };
}

/** How it stands, for whoever looks after the box: counts, times and addresses. */
export interface CarrierStatus {
	readonly upstream: string;
	/** `asking`: nobody has let it carry yet, or it was dismissed */
	readonly state: 'asking' | 'connected' | 'offline';
	readonly sites: readonly Id[];
	/** ms since 1970 by this box's clock of the last complete exchange; null before the first */
	readonly lastContact: number | null;
	/** documents that wait here to be sent; those of a site that is not carried any more wait for somebody to let it be carried again */
	readonly queue: number;
	/** documents that wait above to be fetched, as far as known */
	readonly lag: number;
	/** refused by the hub above, or not what they should be, since the start */
	readonly refused: number;
	readonly problem: string | null;
	/** to be opened by whoever is to let it carry; null while the hub above has not said of which organization it is */
	readonly link: string | null;
}

const BACKOFF = { firstMs: 2_000, mostMs: 300_000 };
/** after a write here, further ones are waited for */
const GATHER_MS = 150;
const LOG_PAGE = 1_000;
/** answers in one exchange; what is left comes at the next */
const FRONTIER_ROUNDS_MAX = 100;

export class Carrier {
	readonly #options: CarrierOptions;
	readonly #up: Upstream;
	readonly device: Id;
	readonly #stopping = new AbortController();
	readonly #parts: FerryParts;
	readonly #visited: Visited;
	readonly #unlisten: () => void;
	#info: UpstreamInfo | null = null;
	#running: Promise<void> = Promise.resolve();
	#wake: () => void = () => undefined;
	#written = false;
	#state: CarrierStatus['state'] = 'offline';
	#problem: string | null = null;
	/** the first of the databases that were refused in the last exchange */
	#refused: string | null = null;
	#lastContact: number | null = null;
	#frontiersSince = FROM_START;
	/** since the line was there: the hub above may have been started anew, and then does not know the cursor */
	#frontiersNamed = false;
	/** frontiers passed on, by device and database, so that each is sent once */
	readonly #frontiersSent = new Map<string, number>();

	constructor(options: CarrierOptions) {
		this.#options = options;
		const { identity, organization, storage } = options;
		this.#visited = new Visited(storage, options.prefix);
		this.device = deviceIdOf(identity.key);
		this.#up = new Upstream({
			origin: options.upstream, device: this.device, sign: identity.sign, fetch: options.fetch,
			isHub: (key) => (organization.state?.hubs ?? []).some((hub) => hub.key === key) || (organization.state === null && this.#info?.hub === key)
		});
		this.#parts = { up: this.#up, storage, organization, signal: this.#stopping.signal, tally: { queue: new Map(), lag: new Map(), refused: 0 }, differed: new Map(), wentBack: false };
		// every request under way listens to it
		setMaxListeners(0, this.#stopping.signal);
		this.#unlisten = storage.onWritten(() => this.#noticed());
	}

	get status(): CarrierStatus {
		const { tally } = this.#parts;
		const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((all, one) => all + one, 0);
		return {
			upstream: this.#options.upstream, state: this.#state, sites: this.#carried(), lastContact: this.#lastContact, queue: sum(tally.queue), lag: sum(tally.lag),
			refused: tally.refused, problem: this.#problem, link: this.link()
		};
	}

	/** What whoever is to let this box carry opens. */
	link(): string | null {
		const org = this.#options.organization.org ?? this.#info?.org ?? null;
		return org === null ? null : carrierLink(this.#options.upstream, this.#request(org));
	}

	#request(org: Hash): CarrierRequest {
		const all = this.#options.origins();
		const reachable = all.filter((origin) => !/^https?:\/\/(localhost|127\.|\[)/.test(origin));
		const hub = { key: this.#options.identity.key, origins: [...new Set(reachable.length > 0 ? reachable : all)].slice(0, 8) };
		return { v: 1, org, hub, proof: this.#options.identity.sign('saddlebag/enrolment/1', carrierProofText(org, hub)) };
	}

	start(): void {
		this.#running = this.#run();
	}

	async stop(): Promise<void> {
		this.#stopping.abort();
		this.#wake();
		this.#unlisten();
		await this.#running;
	}

	/** Tries now, without waiting for the back-off. */
	now(): void {
		this.#wake();
	}

	#carried(): readonly Id[] {
		const { state } = this.#options.organization;
		return state === null ? [] : (carrierOn(state, this.device)?.sites ?? []);
	}

	/** Whether devices may read and write a database here: what is not carried is written to at the hub above, or deposited. */
	serves(name: string): boolean {
		const place = parseDatabaseName(this.#options.prefix, name);
		return place !== null && (place.kind === 'control' || this.#carried().includes(place.site));
	}

	/** To be called before something is deposited in a database: settled when that is remembered, through a restart too. */
	async expects(name: string): Promise<void> {
		if (!this.serves(name)) await this.#visited.add([name]);
	}

	#noticed(): void {
		this.#written = true;
		this.#wake();
	}

	async #run(): Promise<void> {
		const { firstMs, mostMs } = this.#options.backoff ?? BACKOFF;
		for (let failures = 0; !this.#stopping.signal.aborted; ) {
			const began = this.#options.clock.now();
			const problem = await this.#stretch().catch((error: unknown): UpstreamProblem => {
				this.#options.log.error({ error: error instanceof Error ? error.name : 'unknown' }, 'carrying failed');
				return { code: 'no-line', message: 'Carrying failed on this box: its disk may be full.' };
			});
			if (this.#stopping.signal.aborted) return;
			this.#state = problem.code === 'not-admitted' ? 'asking' : 'offline';
			this.#problem = problem.message;
			failures = this.#options.clock.now() - began > mostMs ? 0 : failures + 1;
			const ceiling = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 20));
			await this.#pause(ceiling / 2 + (ceiling / 2) * Math.random());
		}
	}

	/** One connected stretch; what broke it. */
	async #stretch(): Promise<UpstreamProblem> {
		const { signal } = this.#stopping;
		const info = await this.#up.info(signal);
		if (!info.ok) return info.error;
		const known = this.#options.organization.org;
		if (info.value.org === null) return { code: 'not-admitted', message: 'The hub above has no organization yet.' };
		if (known !== null && info.value.org !== known) return { code: 'refused', message: 'The hub above is of another organization than this box.' };
		this.#info = info.value;
		this.#frontiersNamed = false;
		this.#up.use(info.value.org, [`${info.value.prefix}-control`]);
		const begin = await this.#up.updates('0', signal);
		if (!begin.ok) return begin.error;
		if (known === null) {
			const begun = await this.#begin(info.value.org, info.value.prefix);
			if (!begun.ok) return begun.error;
		}
		for (let since = begin.value; ; ) {
			this.#written = false;
			const problem = await this.#exchange(info.value);
			if (problem !== null) return problem;
			if (this.#carried().length === 0) return { code: 'not-admitted', message: 'Nobody has let this box carry a site yet, or it was dismissed.' };
			this.#state = 'connected';
			this.#problem = this.#refused;
			this.#lastContact = this.#options.clock.now();
			const news = await this.#news(since);
			if (!news.ok) return news.error;
			since = news.value;
		}
	}

	/** The log from its beginning: the genesis is what the organization's id names, the rest is judged as everywhere. */
	async #begin(org: Hash, prefix: string): Promise<Result<null, UpstreamProblem>> {
		const all = await fetchAll(this.#parts, `${prefix}-control`, LOG_PAGE);
		if (!all.ok) return all;
		const genesis = all.value.find((document): document is StatementDocument => document.v === 's1' && isNamed(document, org));
		if (genesis === undefined) return { ok: false, error: { code: 'bad-answer', message: 'The hub above does not have the beginning of its organization.' } };
		await this.#options.organization.found(org, [genesis]);
		await this.#options.organization.accept(all.value.filter((document) => document._id !== genesis._id));
		return { ok: true, value: null };
	}

	async #exchange({ org, prefix }: UpstreamInfo): Promise<UpstreamProblem | null> {
		const theirs = (place: DatabaseName): string => databaseName(prefix, place);
		const control: DatabaseName = { kind: 'control' };
		const log = await ferry(this.#parts, { ours: controlName(this.#options.prefix), theirs: theirs(control), place: control, mode: 'both' });
		if (log !== null) return log;
		const places = this.#carried().flatMap((site) => (['desk', 'care', 'files'] as const).map((kind): DatabaseName => ({ site, kind })));
		if (org !== null) this.#up.use(org, [control, ...places].map(theirs));
		this.#refused = null;
		for (const place of places) {
			const problem = this.#passing(await ferry(this.#parts, { ours: databaseName(this.#options.prefix, place), theirs: theirs(place), place, mode: 'both' }));
			if (problem !== null) return problem;
		}
		return (await this.#passDeposits(theirs, places)) ?? this.#passFrontiers(places);
	}

	/** What one database was refused is noted, and the others go on; the rest ends the exchange. */
	#passing(problem: UpstreamProblem | null): UpstreamProblem | null {
		if (problem?.code !== 'refused' && problem?.code !== 'bad-answer') return problem;
		this.#refused ??= problem.message;
		return null;
	}

	/** What lies in databases that are not carried, or not any more. */
	async #passDeposits(theirs: (place: DatabaseName) => string, places: readonly DatabaseName[]): Promise<UpstreamProblem | null> {
		const { prefix, storage } = this.#options;
		if (places.length === 0) return null;
		await this.#visited.add(places.map((place) => databaseName(prefix, place)));
		const others = [...(await this.#visited.names())].filter((name) => !this.serves(name));
		if (this.#parts.wentBack) for (const name of others) await depositAgain(storage, name);
		this.#parts.wentBack = false;
		for (const ours of others) {
			const place = parseDatabaseName(prefix, ours);
			if (place === null) continue;
			const problem = this.#passing(await ferry(this.#parts, { ours, theirs: theirs(place), place, mode: 'deposit' }));
			if (problem !== null) return problem;
		}
		return null;
	}

	/** Signed by their devices, and only ever replaced by newer ones: whoever has one may pass it on. */
	async #passFrontiers(places: readonly DatabaseName[]): Promise<UpstreamProblem | null> {
		const { frontiers } = this.#options;
		const { signal } = this.#stopping;
		const databases = places.flatMap((place) => (place.kind === 'desk' || place.kind === 'care' ? [`${place.site}-${place.kind}`] : []));
		const fetched = await this.#fetchFrontiers(databases);
		if (fetched !== null) return fetched.code === 'no-line' ? fetched : null;
		for (const database of databases) {
			for (const [device, { statement, document }] of await frontiers.of(database)) {
				const name = `${device}|${database}`;
				if ((this.#frontiersSent.get(name) ?? 0) >= statement.n) continue;
				const put = await this.#up.putFrontier(document, signal);
				if (!put.ok && put.error.code === 'no-line') return put.error;
				this.#frontiersSent.set(name, statement.n);
			}
		}
		return null;
	}

	/** What is held here is named at first and where one answer had no room for all: so none comes twice, and the rest comes. */
	async #fetchFrontiers(databases: readonly string[]): Promise<UpstreamProblem | null> {
		const { frontiers, organization } = this.#options;
		for (let round = 0; round < FRONTIER_ROUNDS_MAX; round++) {
			const named = this.#frontiersSince === FROM_START || !this.#frontiersNamed;
			const known: KnownFrontier[] = [];
			for (const database of named ? databases : []) for (const [device, { statement }] of await frontiers.of(database)) known.push({ device, database, n: statement.n });
			const theirs = await this.#up.frontiers(this.#frontiersSince, known, this.#stopping.signal);
			if (!theirs.ok) return theirs.error;
			let taken = 0;
			for (const raw of theirs.value.documents) {
				const checked = checkFrontier(raw);
				if (!checked.ok || checked.value.statement.org !== organization.org || !databases.includes(databaseOfFrontier(checked.value))) continue;
				const { device, n } = checked.value.statement;
				const key = organization.transportKey(device);
				if (key === null || !isSignedBy(checked.value.document, key)) continue;
				if ((await frontiers.put(checked.value)).taken) taken++;
				this.#frontiersSent.set(`${device}|${databaseOfFrontier(checked.value)}`, n);
			}
			this.#frontiersSince = theirs.value.lastSeq;
			this.#frontiersNamed = true;
			if (!theirs.value.more || taken === 0) return null;
		}
		return null;
	}

	/** Waits for something to be written here or above. Returns the cursor of the next wait. */
	async #news(since: string): Promise<Result<string, UpstreamProblem>> {
		const waiting = new AbortController();
		const stop = (): void => waiting.abort();
		this.#stopping.signal.addEventListener('abort', stop);
		let here = this.#written;
		this.#wake = () => {
			here = true;
			setTimeout(stop, GATHER_MS);
		};
		if (here) stop();
		const news = await this.#up.updates(since, waiting.signal);
		this.#wake = () => undefined;
		this.#stopping.signal.removeEventListener('abort', stop);
		return !news.ok && here && !this.#stopping.signal.aborted ? { ok: true, value: since } : news;
	}

	/** A write here does not shorten it: there is no line. */
	async #pause(ms: number): Promise<void> {
		await new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, ms);
			this.#stopping.signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
		});
	}
}

function isNamed(document: StatementDocument, org: Hash): boolean {
	const read = readStatement(document.text, document.sig);
	return read.ok && read.value.id === org && read.value.statement.kind === 'genesis';
}
