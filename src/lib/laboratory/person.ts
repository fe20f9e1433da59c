/** Whose result it is: what ranges depend on, on the day of the sample. Worked out once for each state of the chart and day. */
import type { ChartView } from '$sync/device/api.ts';
import { factsOf } from '$lib/programmes/facts.ts';
import { weeksPregnant } from '$sync/programmes/follow-up.ts';
import type { PatientFacts } from '$sync/programmes/due.ts';
import type { ChartRecord } from '$lib/chart/record.svelte.ts';
import type { Person } from '$sync/laboratory/ranges.ts';

interface Known { readonly facts: PatientFacts; readonly days: Map<string, Person> }
const known = new WeakMap<ChartView, Known>();

/** `when`: FHIR date or dateTime. */
export function personOn(record: ChartRecord, when: string): Person {
	const { view } = record;
	const of: Known = (view === null ? undefined : known.get(view)) ?? { facts: factsOf(record), days: new Map() };
	if (view !== null) known.set(view, of);
	const day = when.slice(0, 10);
	const found = of.days.get(day) ?? { sex: of.facts.sex, birthDate: of.facts.birthDate, pregnancyWeeks: weeksPregnant(of.facts, day) };
	of.days.set(day, found);
	return found;
}
