/**
 * An open form over a chart: the fields as typed, the resource and heads that were on screen when it was opened. It stays with the
 * session until it is saved or thrown away, so that leaving, locking or a phone call loses nothing.
 */
import type { Entry } from '$sync/device/api.ts';
import type { Hash } from '$sync/change/change.ts';
import type { FhirResource } from '$sync/fhir/resource.ts';
import type { Session } from '$lib/device/session.svelte.ts';
import { FormState } from '$lib/ui/form.svelte.ts';
import type { ChartRecord } from './record.svelte.ts';

export class EntryDraft<F extends object> {
	fields: F;
	readonly form = new FormState();
	readonly before: FhirResource | null;
	readonly heads: readonly Hash[];
	/** what the entry cited and lacked then */
	readonly missing: readonly Hash[];
	/** opened again with what was typed before */
	restored = $state(false);

	constructor(entry: Entry | null, fields: F) {
		this.fields = $state(fields);
		this.before = entry?.resource ?? null;
		this.heads = entry?.heads ?? [];
		this.missing = entry?.state.missing ?? [];
	}
}

const draftName = (record: ChartRecord, kind: string, entry: Entry | null): string => `${record.scope}/${record.ref.chart}/${kind}/${entry?.id ?? 'new'}`;

/** `of` is read once: a form keeps the entry and heads it was opened on, whatever arrives meanwhile. */
export function openDraft<F extends object>(session: Session, of: () => Pick<FormProps, 'record' | 'entry'>, kind: string, fields: () => F): EntryDraft<F> {
	const { record, entry } = of();
	const name = draftName(record, kind, entry);
	const restored = session.hasDraft(name);
	const draft = session.draft(name, () => new EntryDraft(entry, fields()));
	draft.form.clear();
	draft.restored = restored;
	return draft;
}

export function dropDraft(session: Session, record: ChartRecord, kind: string, entry: Entry | null): void {
	session.dropDraft(draftName(record, kind, entry));
}

/** What a form over a chart is given: `close` leaves it, with what to say when something was stored. */
export interface FormProps {
	readonly record: ChartRecord;
	readonly entry: Entry | null;
	readonly close: (said: string | null) => void;
}
