/**
 * Registering a patient: the form's fields, what is to be mended, and the people this might already be. What was typed is kept until the patient is
 * registered or it is thrown away; several may be left unfinished.
 */
import type { PairProposal } from '$sync/device/api.ts';
import type { DraftKind } from '$lib/device/drafts.svelte.ts';
import { filledIn } from '$lib/device/keptDraft.ts';
import type { Session } from '$lib/device/session.svelte.ts';
import type { FieldError } from '$lib/ui/form.svelte.ts';
import { emptyPatient, writePatient, type PatientFields } from '$lib/fhir/patient.ts';
import { bornAbout, emptyDate, readDate, typedDate, type TypedDate } from '$lib/format/partialDate.ts';
import { readNumber, westernDigits } from '$lib/format/number.ts';
import { m } from '$lib/paraglide/messages.js';
import type { FhirResource } from '$sync/fhir/resource.ts';

export type BirthMode = 'date' | 'age' | 'about' | 'unknown';
export type NameMode = 'full' | 'parts';

export interface PatientDraft extends Omit<PatientFields, 'birthDate'> {
	nameMode: NameMode;
	birthMode: BirthMode | '';
	born: TypedDate;
	about: TypedDate;
	age: string;
	ageUnit: 'years' | 'months';
}

const AGE_YEARS_MAX = 125;

export function emptyDraft(): PatientDraft {
	const { birthDate: _birthDate, ...rest } = emptyPatient();
	return { ...rest, nameMode: 'parts', birthMode: '', born: emptyDate(), about: emptyDate(), age: '', ageUnit: 'years' };
}

export function draftOf(fields: PatientFields): PatientDraft {
	const { birthDate, ...rest } = fields;
	const whole = birthDate.length === 10;
	return {
		...emptyDraft(), ...rest,
		nameMode: fields.full !== '' ? 'full' : 'parts',
		birthMode: birthDate === '' ? 'unknown' : whole ? 'date' : 'about',
		born: whole ? typedDate(birthDate) : emptyDate(),
		about: whole ? emptyDate() : typedDate(birthDate)
	};
}

class RegistrationDraft {
	fields = $state(emptyDraft());
}

const KIND: DraftKind<RegistrationDraft> = {
	make: () => new RegistrationDraft(),
	put: ({ fields }) => $state.snapshot(fields),
	take(data) {
		const draft = new RegistrationDraft();
		draft.fields = filledIn(emptyDraft(), data);
		return draft;
	},
	about: ({ fields }) => ({ kind: 'register', site: null, chart: null, id: null, person: [fields.family, fields.given, fields.full].filter((part) => part !== '').join(' ') })
};

/** The registration that is open: one that was just begun, else the one that was left unfinished last. */
const registering = (session: Session): string => session.registering ?? session.drafts.listed.find(({ kind }) => kind === 'register')?.name ?? 'register';

/** Begins a registration from what was searched: words become the name, digits the phone or number that was looked for. Others stay unfinished. */
export function startRegistration(session: Session, query: string): void {
	session.registering = `register/${Date.now().toString(36)}`;
	registrationDraft(session, (fresh) => {
		if (/^[\d\s+-]+$/u.test(query)) fresh.phone = query;
		else {
			const words = query.split(/\s+/u).filter((w) => w !== '');
			fresh.given = words.slice(0, -1).join(' ');
			fresh.family = words.at(-1) ?? '';
		}
	});
}

export function registrationDraft(session: Session, begin: (fields: PatientDraft) => void = () => undefined): RegistrationDraft {
	const name = (session.registering ??= registering(session));
	return session.drafts.open(name, { ...KIND, make: () => {
		const draft = new RegistrationDraft();
		begin(draft.fields);
		return draft;
	} }).draft;
}

/** It was stored, or deliberately thrown away. */
export function dropRegistration(session: Session): void {
	session.drafts.drop(registering(session));
	session.registering = null;
}

function birthOf(draft: PatientDraft, now: number): { readonly value: string; readonly errors: FieldError[] } {
	if (draft.birthMode === '') return { value: '', errors: [{ field: 'birth-mode', message: m.birth_mode_error() }] };
	if (draft.birthMode === 'unknown') return { value: '', errors: [] };
	if (draft.birthMode === 'age') {
		const age = readNumber(draft.age);
		const max = draft.ageUnit === 'years' ? AGE_YEARS_MAX : 36;
		if (age === null || !Number.isInteger(age) || age > max) return { value: '', errors: [{ field: 'age', message: m.age_error({ max }) }] };
		return { value: bornAbout(age, draft.ageUnit, now), errors: [] };
	}
	const field = draft.birthMode === 'date' ? 'born' : 'about';
	const read = readDate(draft[field], { partial: draft.birthMode === 'about', now });
	if (!read.ok) return { value: '', errors: [{ field, message: read.message }] };
	return read.value === '' ? { value: '', errors: [{ field, message: m.birth_empty_error() }] } : { value: read.value, errors: [] };
}

/** The fields as FHIR would hold them, and what is to be mended before that. */
export function readDraft(draft: PatientDraft, now: number): { readonly fields: PatientFields; readonly errors: FieldError[] } {
	const errors: FieldError[] = [];
	const full = draft.nameMode === 'full' ? draft.full : '';
	const [family, given] = draft.nameMode === 'full' ? ['', ''] : [draft.family, draft.given];
	if (draft.nameMode === 'full' && full.trim() === '') errors.push({ field: 'full', message: m.name_full_error() });
	if (draft.nameMode === 'parts' && family.trim() === '' && given.trim() === '') errors.push({ field: 'family', message: m.name_parts_error() });
	const birth = birthOf(draft, now);
	errors.push(...birth.errors);
	if (draft.gender === '') errors.push({ field: 'sex', message: m.sex_error() });
	const phone = westernDigits(draft.phone).trim();
	if (phone !== '' && !/^\+?[\d\s()-]{5,20}$/u.test(phone)) errors.push({ field: 'phone', message: m.phone_error() });
	const fields: PatientFields = { full, family, given, birthDate: birth.value, gender: draft.gender, village: draft.village, phone: phone.replace(/[\s()-]/gu, ''), identifier: westernDigits(draft.identifier) };
	return { fields, errors };
}

export class Registration {
	/** the record as it would be stored, once the form is right */
	proposed = $state.raw<FhirResource | null>(null);
	/** who this might already be; empty when nobody */
	candidates = $state.raw<readonly PairProposal[]>([]);

	constructor(private readonly session: Session) {}

	/** Looks for possible duplicates of the record; the caller registers at once when there are none. */
	async look(fields: PatientFields) {
		const patient = writePatient({ resourceType: 'Patient' }, fields);
		const outcome = await this.session.device.possibleDuplicates(patient);
		if (outcome.ok) {
			this.proposed = patient;
			this.candidates = outcome.value;
		}
		return outcome;
	}

	async register(site: string, patient: FhirResource) {
		const at = this.session.organization?.sites.find((s) => s.site === site);
		if (at === undefined) throw new Error('registering at a site that is not in the organization');
		const outcome = await this.session.device.registerPatient({ site: at.site, patient });
		if (outcome.ok) dropRegistration(this.session);
		return outcome;
	}
}
