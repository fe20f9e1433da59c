/**
 * Importing files: all of them are read and judged first, then each is stored in one transaction, so that a malformed file leaves nothing
 * behind and a cancelled import leaves whole files only. What is here already, from an earlier import of the same source, is left alone.
 */
import type { Id } from '../../change/change.ts';
import { diffResource } from '../../author/diff.ts';
import { compartmentsOf } from '../../fhir/groups.ts';
import { may } from '../../membership/selectors.ts';
import { ok } from '../../result.ts';
import type { ChartRef, ImportProgress, ImportReport, Outcome } from '../api.ts';
import type { ChartReader } from '../chart-reader.ts';
import { notAllowed, refuse } from '../outcome.ts';
import { itemDigest, type Draft, type Saving } from '../saving.ts';
import type { Session } from '../session.ts';
import { readBundle } from './bundle.ts';
import { reduceResource } from './reduce.ts';
import { splitBundle, type ImportedResource } from './split.ts';

export interface ImportRequest {
	readonly site: Id;
	readonly files: readonly { readonly name: string; readonly bytes: Uint8Array }[];
	readonly progress?: (progress: ImportProgress) => void;
}

interface PlannedFile {
	readonly name: string;
	readonly charts: readonly { readonly ref: ChartRef; readonly drafts: readonly Draft[] }[];
	readonly total: number;
}

const CANCELLED = 'The import was cancelled. Files imported before that are there; of the others, nothing is.';

/** A link of another system says nothing about charts here: links are stated by people with a right to. */
const compartmentOf = (type: string) => (type === 'Linkage' ? null : (compartmentsOf(type)[0] ?? null));

export class Importing {
	readonly #session: Session;
	readonly #reader: ChartReader;
	readonly #saving: Saving;
	readonly #pause: () => Promise<void>;

	constructor(session: Session, reader: ChartReader, saving: Saving, pause: () => Promise<void>) {
		this.#session = session;
		this.#reader = reader;
		this.#saving = saving;
		this.#pause = pause;
	}

	async run({ site, files, progress }: ImportRequest, signal: { readonly aborted: boolean }): Promise<Outcome<ImportReport>> {
		const state = this.#session.state;
		const { actor } = this.#session.self;
		if (state === null || !may(state, actor, 'register', site) || !may(state, actor, 'record', site)) return notAllowed('import records at this site');
		const report = new Report();
		const planned: PlannedFile[] = [];
		for (const file of files) {
			if (signal.aborted) return refuse('cancelled', CANCELLED);
			const plan = this.#plan(file, site, report);
			if (!plan.ok) return plan;
			planned.push(plan.value);
			progress?.({ file: file.name, done: 0, total: plan.value.total });
			await this.#pause();
		}
		for (const file of planned) {
			if (signal.aborted || this.#session.closed) return refuse('cancelled', CANCELLED);
			const stored = await this.#store(file, report);
			if (!stored.ok) return stored;
			progress?.({ file: file.name, done: file.total, total: file.total });
			await this.#pause();
		}
		return ok(report.finished());
	}

	#plan(file: ImportRequest['files'][number], site: Id, report: Report): Outcome<PlannedFile> {
		const bundle = readBundle(file.name, file.bytes);
		if (!bundle.ok) return bundle;
		const split = splitBundle(bundle.value, site, compartmentOf);
		if (!split.ok) return split;
		for (const [type, number] of split.value.notRecorded) report.notRecorded(type, number);
		const charts: { ref: ChartRef; drafts: Draft[] }[] = [];
		let total = 0;
		for (const { chart, resources } of split.value.charts) {
			const ref = { site, chart };
			const drafts: Draft[] = [];
			for (const imported of resources) {
				const draft = this.#draft(file.name, ref, imported, report);
				if (!draft.ok) return draft;
				drafts.push(draft.value);
			}
			total += drafts.length;
			charts.push({ ref, drafts });
		}
		return ok({ name: file.name, charts, total });
	}

	#draft(file: string, ref: ChartRef, { position, comp, id, create, resource }: ImportedResource, report: Report): Outcome<Draft> {
		const type = resource.resourceType;
		const bad = (why: string): Outcome<Draft> => refuse('bad-entry', `${file} was not imported: entry ${String(position)} (${type}): ${why}`);
		const reduced = reduceResource(resource);
		if (reduced.fault !== null) return bad(`${reduced.fault}.`);
		for (const path of reduced.leftOut) report.leftOut(path);
		const body = diffResource(null, reduced.resource, { digest: itemDigest });
		if (!body.ok) return bad(body.error.message);
		return ok({ ref, comp, type, id, deps: [], create, body: body.value });
	}

	/** One file in one transaction. */
	async #store(file: PlannedFile, report: Report): Promise<Outcome<null>> {
		const drafts: Draft[] = [];
		for (const { ref, drafts: all } of file.charts) {
			const here = new Set((await this.#reader.changes(ref)).map(({ change }) => change.id));
			report.chart(ref);
			for (const draft of all) {
				if (here.has(draft.id)) report.already++;
				else drafts.push(draft);
			}
		}
		const written = await this.#saving.write(drafts);
		if (!written.ok) return refuse(written.error.code, `${file.name} was not imported: ${written.error.message}`);
		for (const { type } of drafts) report.recorded(type);
		return ok(null);
	}
}

/** Counts, by names that come from files: maps until the very end. */
class Report {
	already = 0;
	readonly #charts = new Map<string, ChartRef>();
	readonly #recorded = new Map<string, number>();
	readonly #notRecorded = new Map<string, number>();
	readonly #leftOut = new Map<string, number>();

	chart(ref: ChartRef): void {
		this.#charts.set(`${ref.site}/${ref.chart}`, ref);
	}
	recorded(type: string): void {
		add(this.#recorded, type, 1);
	}
	notRecorded(type: string, number: number): void {
		add(this.#notRecorded, type, number);
	}
	leftOut(path: string): void {
		add(this.#leftOut, path, 1);
	}

	finished(): ImportReport {
		return {
			charts: [...this.#charts.values()], recorded: Object.fromEntries(this.#recorded), already: this.already,
			notRecorded: Object.fromEntries(this.#notRecorded), leftOut: Object.fromEntries(this.#leftOut)
		};
	}
}

const add = (counts: Map<string, number>, key: string, number: number): void => void counts.set(key, (counts.get(key) ?? 0) + number);
