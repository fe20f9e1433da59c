/** What programmes look at: a person with all that is in force in their charts, linked ones included. */
import type { ChartRecord } from '$lib/chart/record.svelte.ts';
import { deceased, readPatient } from '$lib/fhir/patient.ts';
import { isRetracted } from '$lib/fhir/entry.ts';
import type { PatientFacts } from '$sync/programmes/due.ts';

export function factsOf(record: ChartRecord): PatientFacts {
	const patient = record.view?.patient?.resource ?? null;
	const fields = patient === null ? null : readPatient(patient);
	const own = (record.view?.entries ?? []).filter((e) => !e.retracted).map((e) => e.resource);
	const elsewhere = (record.view?.ehr?.items ?? []).filter((i) => i.sources.every((s) => s.chart !== record.ref.chart)).map((i) => i.lead.resource).filter((r) => !isRetracted(r));
	return {
		birthDate: fields === null || fields.birthDate === '' ? null : fields.birthDate, sex: fields?.gender === 'female' || fields?.gender === 'male' ? fields.gender : null,
		deceased: deceased(patient) !== null, resources: [...own, ...elsewhere]
	};
}
