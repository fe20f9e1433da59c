/**
 * An open form over a chart: the fields as typed, the resource and heads that were on screen when it was opened. It is kept, sealed on this device and
 * after each keystroke, until it is saved or thrown away; opened again, it still saves over the heads it was opened on.
 */
import { isHash } from '$sync/change/ids.ts';
import type { Entry } from '$sync/device/api.ts';
import type { Hash } from '$sync/change/change.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import type { DraftKind } from '$lib/device/drafts.svelte.ts';
import { filledIn, type DraftAbout } from '$lib/device/keptDraft.ts';
import type { Session } from '$lib/device/session.svelte.ts';
import { shownName } from '$lib/fhir/patient.ts';
import { FormState } from '$lib/ui/form.svelte.ts';
import type { ChartRecord } from './record.svelte.ts';

/** What was on the screen when a form was opened. */
interface OpenedOn {
	readonly before: FhirResource | null;
	readonly heads: readonly Hash[];
	/** what the entry cited and lacked then */
	readonly missing: readonly Hash[];
}

export class EntryDraft<F extends object> {
	fields: F;
	readonly form = new FormState();
	readonly before: FhirResource | null;
	readonly heads: readonly Hash[];
	readonly missing: readonly Hash[];
	/** opened again with what was typed before */
	restored = $state(false);

	constructor({ before, heads, missing }: OpenedOn, fields: F) {
		this.fields = $state(fields);
		this.before = before;
		this.heads = heads;
		this.missing = missing;
	}
}

const openedOn = (entry: Entry | null): OpenedOn => ({ before: entry?.resource ?? null, heads: entry?.heads ?? [], missing: entry?.state.missing ?? [] });

/** As it was put down; null when it is not that. The fields take the shape that the form has now. */
function taken<F extends object>(data: unknown, fresh: F): EntryDraft<F> | null {
	if (typeof data !== 'object' || data === null) return null;
	const { before, heads, missing, fields } = data as Readonly<Record<string, unknown>>;
	const hashes = (list: unknown): readonly Hash[] | null => (Array.isArray(list) && list.every(isHash) ? list : null);
	const [onHeads, onMissing] = [hashes(heads), hashes(missing)];
	if (onHeads === null || onMissing === null || typeof before !== 'object') return null;
	return new EntryDraft({ before: before as FhirResource | null, heads: onHeads, missing: onMissing }, filledIn(fresh, fields));
}

const draftName = (record: ChartRecord, kind: string, id: string | null): string => `${record.scope}/${record.ref.chart}/${kind}/${id ?? 'new'}`;

/** Which form over which chart, for the lists of unfinished ones. */
export const aboutForm = (record: ChartRecord, kind: string, id: string | null): DraftAbout => ({
	kind: record.scope === 'chart' ? kind : record.scope, site: record.ref.site, chart: record.ref.chart, id, person: shownName(record.view?.patient?.resource ?? null)
});

/** `of` is read once: a form keeps the entry and heads it was opened on, whatever arrives meanwhile. */
export function openDraft<F extends object>(session: Session, of: () => Pick<FormProps, 'record' | 'entry'>, kind: string, fields: () => F): EntryDraft<F> {
	const { record, entry } = of();
	const form: DraftKind<EntryDraft<F>> = {
		make: () => new EntryDraft(openedOn(entry), fields()),
		put: ({ fields: typed, before, heads, missing }) => ({ fields: $state.snapshot(typed), before, heads, missing }),
		take: (data) => taken(data, fields()),
		about: () => aboutForm(record, kind, entry?.id ?? null)
	};
	const { draft, restored } = session.drafts.open(draftName(record, kind, entry?.id ?? null), form);
	draft.form.clear();
	draft.restored = restored;
	return draft;
}

export function dropDraft(session: Session, record: ChartRecord, kind: string, entry: Entry | null): void {
	session.drafts.drop(draftName(record, kind, entry?.id ?? null));
}

/** What a form over a chart is given: `close` leaves it, with what to say when something was stored. */
export interface FormProps {
	readonly record: ChartRecord;
	readonly entry: Entry | null;
	readonly close: (said: string | null) => void;
}
