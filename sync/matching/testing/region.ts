/**
 * A made-up region for measurements and tests: villages, a small stock of names, households that share surname, village and phone,
 * many birthdays on 1 January, and people who have a second chart with the slips that registers show. Seeded: one seed, one region.
 */
import type { Id } from '../../change/change.ts';
import type { ChartIdentity } from '../identity.ts';

const GIVEN = ('amina fatou mariama awa aissatou grace mercy joyce esther ruth mary rose peter john joseph moses samuel daniel ibrahim moussa ousmane amadou abdou ' +
	'kofi kwame yaw ama akosua juan maria jose luis ana carmen rosa pedro miguel sofia elena jean marie pierre paul anne claire blessing faith hope patience').split(' ');
const FAMILY = ('diallo ba sow ndiaye diop fall sarr faye kamau otieno mwangi achieng wanjiku njoroge mutua banda phiri mwale tembo zulu okafor eze adeyemi bello ' +
	'mensah owusu boateng quispe mamani huaman flores condori rojas garcia lopez hernandez traore coulibaly keita kone toure cisse').split(' ');

/** Mulberry32: small, seeded, good enough to make up data. */
export function seededFractions(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

export interface Region { readonly charts: readonly ChartIdentity[]; /** person of each chart id */ readonly personOf: ReadonlyMap<string, number> }

/** `charts` charts at four clinics; about one person in twelve has two. */
export function makeRegion(charts: number, seed: number): Region {
	const fraction = seededFractions(seed);
	const below = (n: number): number => Math.floor(fraction() * n);
	const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
	const twoDigits = (n: number): string => String(n).padStart(2, '0');
	const syllables = ['ka', 'mo', 'ri', 'ta', 'lu', 'ben', 'sa', 'do', 'wa', 'ni', 'ko', 'ma'];
	const words = Array.from({ length: 600 }, () => pick(syllables) + pick(syllables) + pick(syllables));
	const villages = Array.from({ length: 180 }, () => pick(syllables) + pick(syllables) + pick(syllables) + pick(['', 'go', 'ni', 'ville']));
	const slip = (text: string): string => {
		if (text.length < 3) return text;
		const at = 1 + below(text.length - 2);
		const kind = below(3);
		if (kind === 0) return text.slice(0, at) + text.slice(at + 1);
		if (kind === 1) return text.slice(0, at) + (text[at + 1] ?? '') + (text[at] ?? '') + text.slice(at + 2);
		return text.slice(0, at) + pick([...'aeiou']) + text.slice(at + 1);
	};
	const made: ChartIdentity[] = [];
	const personOf = new Map<string, number>();
	let person = 0;
	let household = { family: '', village: '', phone: '' };
	const add = (fields: Omit<ChartIdentity, 'site' | 'chart'>): void => {
		const chart = `${twoDigits(below(100))}${made.length.toString(16).padStart(10, '0')}${below(0xfffff).toString(16)}`.padEnd(32, '0') as Id;
		personOf.set(chart, person);
		made.push({ site: `clinic-${below(4)}` as Id, chart, ...fields });
	};
	while (made.length < charts) {
		person += 1;
		if (below(4) === 0 || household.family === '') {
			household = { family: below(3) === 0 ? pick(words) : pick(FAMILY), village: pick(villages), phone: `07${String(below(1e8)).padStart(8, '0')}` };
		}
		const given = below(3) === 0 ? pick(words) : pick(GIVEN);
		const year = 1935 + below(90);
		const birthDate = below(6) === 0 ? `${year}-01-01` : below(10) === 0 ? String(year) : `${year}-${twoDigits(1 + below(12))}-${twoDigits(1 + below(28))}`;
		const gender = below(2) === 0 ? 'female' : 'male';
		const identifiers = below(3) === 0 ? [{ system: 'national', value: String(1e7 + below(8e7)) }] : [];
		const phones = below(2) === 0 ? [household.phone] : [];
		const first = { names: [`${given} ${household.family}`], birthDate, gender, village: household.village, phones, identifiers };
		add(first);
		if (below(12) !== 0) continue;
		const name = below(4) === 0 ? `${household.family} ${given}` : `${given} ${household.family}`;
		add({
			names: [below(5) === 0 ? slip(name) : name], birthDate: below(6) === 0 ? slip(birthDate) : birthDate, gender,
			village: below(6) === 0 ? pick(villages) : below(6) === 0 ? slip(household.village) : household.village,
			phones: below(2) === 0 ? [household.phone.replace(/^0/u, '+254')] : [], identifiers: below(2) === 0 ? identifiers : []
		});
	}
	return { charts: made, personOf };
}
