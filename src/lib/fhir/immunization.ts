/** Immunization, with the vaccines of a rural programme under their CVX codes (CDC; free to use). */
import type { FhirResource } from '$sync/fhir/resource.ts';
import { code, concept, at, number, text } from './read.ts';
import { withElements } from './write.ts';

const CVX = 'http://hl7.org/fhir/sid/cvx';
/** name on screen (an international short name, not translated) -> CVX code */
export const VACCINES: readonly { readonly name: string; readonly cvx: string }[] = [
	{ name: 'BCG', cvx: '19' },
	{ name: 'Hepatitis B, child', cvx: '08' },
	{ name: 'OPV', cvx: '182' },
	{ name: 'IPV', cvx: '10' },
	{ name: 'DTP-HepB-Hib (pentavalent)', cvx: '198' },
	{ name: 'DTP', cvx: '01' },
	{ name: 'PCV10', cvx: '177' },
	{ name: 'PCV13', cvx: '133' },
	{ name: 'Rotavirus', cvx: '122' },
	{ name: 'Measles', cvx: '05' },
	{ name: 'Measles-rubella', cvx: '04' },
	{ name: 'MMR', cvx: '03' },
	{ name: 'Yellow fever', cvx: '37' },
	{ name: 'HPV', cvx: '137' },
	{ name: 'Tetanus toxoid', cvx: '112' },
	{ name: 'Td', cvx: '139' },
	{ name: 'Influenza', cvx: '88' },
	{ name: 'COVID-19', cvx: '213' },
	{ name: 'Rabies', cvx: '90' },
	{ name: 'Cholera', cvx: '26' }
];

export interface ImmunizationFields {
	/** CVX code, or `other` with the name in words */
	vaccine: string;
	other: string;
	/** YYYY-MM-DD */
	date: string;
	dose: string;
	lot: string;
	given: 'completed' | 'not-done';
	reason: string;
}

export const emptyImmunization = (date: string): ImmunizationFields => ({ vaccine: '', other: '', date, dose: '', lot: '', given: 'completed', reason: '' });

export function vaccineName(resource: FhirResource): string {
	const known = VACCINES.find((v) => v.cvx === code(at(resource, 'vaccineCode'), CVX));
	return concept(resource, 'vaccineCode') === undefined ? '' : (text(resource, 'vaccineCode', 'text') ?? known?.name ?? concept(resource, 'vaccineCode') ?? '');
}

export function readImmunization(resource: FhirResource): ImmunizationFields {
	const cvx = code(at(resource, 'vaccineCode'), CVX);
	const listed = VACCINES.some((v) => v.cvx === cvx);
	return {
		vaccine: listed && cvx !== undefined ? cvx : 'other',
		other: listed ? '' : vaccineName(resource),
		date: (text(resource, 'occurrenceDateTime') ?? '').slice(0, 10),
		dose: number(resource, 'protocolApplied', 0, 'doseNumberPositiveInt')?.toString() ?? text(resource, 'protocolApplied', 0, 'doseNumberString') ?? '',
		lot: text(resource, 'lotNumber') ?? '',
		given: text(resource, 'status') === 'not-done' ? 'not-done' : 'completed',
		reason: concept(resource, 'statusReason') ?? ''
	};
}

export function writeImmunization(before: FhirResource | null, fields: ImmunizationFields, dose: number | null, recorded: string): FhirResource {
	const old = before === null ? null : readImmunization(before);
	const base: FhirResource = before ?? { resourceType: 'Immunization', recorded };
	const listed = VACCINES.find((v) => v.cvx === fields.vaccine);
	const vaccineKept = old !== null && old.vaccine === fields.vaccine && old.other === fields.other.trim();
	return withElements(base, {
		...(old?.given === fields.given ? {} : { status: fields.given }),
		...(vaccineKept ? {} : { vaccineCode: listed === undefined ? { text: fields.other.trim() } : { coding: [{ system: CVX, code: listed.cvx }], text: listed.name } }),
		...(old?.date === fields.date ? {} : { occurrenceDateTime: fields.date }),
		...(old?.dose === fields.dose ? {} : { protocolApplied: dose === null ? [] : [{ doseNumberPositiveInt: dose }] }),
		...(old?.lot === fields.lot.trim() ? {} : { lotNumber: fields.lot.trim() }),
		...(old?.reason === fields.reason.trim() ? {} : { statusReason: fields.reason.trim() === '' ? undefined : { text: fields.reason.trim() } })
	});
}
