/** Whose result it is: what ranges depend on, on the day of the sample. */
import { factsOf } from '$lib/programmes/facts.ts';
import { weeksPregnant } from '$sync/programmes/follow-up.ts';
import type { ChartRecord } from '$lib/chart/record.svelte.ts';
import type { Person } from '$sync/laboratory/ranges.ts';

/** `when`: FHIR date or dateTime. */
export function personOn(record: ChartRecord, when: string): Person {
	const facts = factsOf(record);
	return { sex: facts.sex, birthDate: facts.birthDate, pregnancyWeeks: weeksPregnant(facts, when) };
}
