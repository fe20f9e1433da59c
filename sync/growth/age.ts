/** Age in whole days between two FHIR dates, as the growth standards count it. */

export interface Age { /** whole days; negative before birth */ readonly days: number; /** the day of birth is not known: the 15th of the month was taken, as WHO Anthro does */ readonly approximate: boolean }

const DAY_MS = 86_400_000;
const FULL = /^(\d{4})-(\d{2})-(\d{2})(?:T.*)?$/u;

function day(date: string): number | null {
	const parts = FULL.exec(date);
	if (parts === null) return null;
	const ms = Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
	// 31 February is no day: what the calendar gives back must be what was written
	return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date.slice(0, 10) ? null : ms / DAY_MS;
}

/** Days from `born` (YYYY-MM-DD or YYYY-MM) to `on` (a date or dateTime, of which the calendar day counts); null where either does not say enough. */
export function ageOn(born: string, on: string): Age | null {
	const approximate = /^\d{4}-\d{2}$/u.test(born);
	const [from, to] = [day(approximate ? `${born}-15` : born), day(on)];
	if (from === null || to === null) return null;
	// a birth that is known to the month is never after a measuring in that month
	if (approximate && to < from && on.startsWith(born)) return { days: 0, approximate };
	return { days: to - from, approximate };
}
