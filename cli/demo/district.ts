/**
 * The demo's district: two clinics and an outreach team whose registers overlap and contradict each other the way real ones do.
 *
 * Three charts are always there, because they show what the shared record is for; the rest is drawn from the seed.
 */
import { seededRandom, type Random } from '../../sync/change/ports.ts';
import { clinicBundle, type ClinicRecord, type FhirBundle } from './bundle.ts';
import { drawFrom, type Draw } from './draw.ts';
import { asWrittenElsewhere, drawPerson, type Person } from './person.ts';
import { DRUGS, PENICILLIN } from './vocabulary.ts';

export type SiteKey = 'kibarani' | 'lwanda' | 'outreach';
export interface DemoBundle { readonly site: SiteKey; readonly name: string; readonly bundle: FhirBundle }
export interface District {
	readonly bundles: readonly DemoBundle[];
	/** people who have a chart at more than one site, by bundle names */
	readonly shared: readonly (readonly [string, string])[];
}

const SHARED_FRACTION = 0.15;

interface Register { bundles: DemoBundle[]; shared: [string, string][]; draw: Draw; today: number }

function record(draw: Draw, person: Person, number: string): ClinicRecord {
	const allergy = person.allergy ?? (draw.chance(0.5) ? 'none' : null);
	return { person, number, allergy, prescriptions: person.treatment, visits: draw.int(1, 4) };
}

function write(to: Register, site: SiteKey, entry: ClinicRecord): string {
	const name = `${site}-${entry.number}`;
	to.bundles.push({ site, name, bundle: clinicBundle(to.draw, entry, site, to.today) });
	return name;
}

/** The three stories that the README and the first look around tell. */
function writeStories(to: Register): void {
	const amina: Person = {
		family: 'Achieng', given: 'Amina', gender: 'female', born: '1985-03-07', village: 'Kibarani', phone: '0712 345 678', weight: 64,
		programme: 'hypertension', problem: null, treatment: [], allergy: PENICILLIN, bloodGroup: 'O'
	};
	const a = write(to, 'kibarani', { ...record(to.draw, amina, 'K-0001'), allergy: PENICILLIN, prescriptions: [] });
	const b = write(to, 'lwanda', { ...record(to.draw, { ...amina, born: '1985-07-03', phone: '', allergy: null }, 'L-0001'), allergy: null, prescriptions: [DRUGS.amoxicillin] });
	const joseph: Person = { ...amina, family: 'Otieno', given: 'Joseph', gender: 'male', born: '1961-11-20', village: 'Nyakato', phone: '0733 200 411', weight: 71, allergy: null, bloodGroup: 'A' };
	const c = write(to, 'kibarani', { ...record(to.draw, joseph, 'K-0002'), allergy: 'none', prescriptions: [DRUGS.amlodipine] });
	const d = write(to, 'lwanda', { ...record(to.draw, { ...joseph, bloodGroup: 'B' }, 'L-0002'), allergy: PENICILLIN, prescriptions: [{ ...DRUGS.amlodipine, dose: 10 }] });
	const zawadi: Person = { ...amina, family: 'Kimaro', given: 'Zawadi', born: '2025-01-15', village: 'Ferry Landing', programme: 'child', allergy: null };
	const e = write(to, 'lwanda', { ...record(to.draw, zawadi, 'L-0003'), allergy: null, prescriptions: [] });
	const f = write(to, 'outreach', { ...record(to.draw, zawadi, 'O-0001'), allergy: null, prescriptions: [] });
	to.shared.push([a, b], [c, d], [e, f]);
}

/** @param people how many people besides the stories @param today ms since 1970 @param random seeded: the same draws, the same district */
export function drawDistrict(people: number, today: number, random: Random = seededRandom(7)): District {
	const to: Register = { bundles: [], shared: [], draw: drawFrom(random), today };
	writeStories(to);
	for (let index = 0; index < people; index++) {
		const person = drawPerson(to.draw, today);
		const number = String(index + 100).padStart(4, '0');
		const home = to.draw.pick<SiteKey>(['kibarani', 'kibarani', 'lwanda', 'lwanda', 'outreach']);
		const first = write(to, home, record(to.draw, person, `${home[0]?.toUpperCase()}-${number}`));
		if (!to.draw.chance(SHARED_FRACTION)) continue;
		const other = to.draw.pick<SiteKey>((['kibarani', 'lwanda', 'outreach'] as const).filter((site) => site !== home));
		const again = { ...record(to.draw, asWrittenElsewhere(to.draw, person), `${other[0]?.toUpperCase()}-${number}`) };
		const clash = to.draw.chance(0.3) ? [...again.prescriptions, to.draw.pick([DRUGS.amoxicillin, DRUGS.cotrimoxazole, DRUGS.ibuprofen])] : again.prescriptions;
		to.shared.push([first, write(to, other, { ...again, allergy: to.draw.chance(0.5) ? null : again.allergy, prescriptions: clash })]);
	}
	return { bundles: to.bundles, shared: to.shared };
}
