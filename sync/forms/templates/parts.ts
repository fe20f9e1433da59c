/** Questions that several templates ask in the same words, codes and ranges. Ranges are ours: wide, to catch slips of the finger; they are no reference ranges. */
import type { Coding } from '../form.ts';
import { finding, group, loinc, number, words, date, choice, longText, type ItemJson, type More } from './writing.ts';

const vital = (more: More): More => ({ observe: 'vital-signs', ...more });
export const KG = { code: 'kg', display: 'kg' } as const;
export const CM = { code: 'cm', display: 'cm' } as const;
export const MMHG = { code: 'mm[Hg]', display: 'mmHg' } as const;

export const weight = (more: More = {}): ItemJson => number('weight', 'Weight', [KG], vital({ code: loinc('29463-7', 'Body weight'), possible: [0.3, 400], likely: [2, 180], ...more }));
export const temperature = (more: More = {}): ItemJson => number('temperature', 'Temperature', [{ code: 'Cel', display: '°C' }], vital({ code: loinc('8310-5', 'Body temperature'), possible: [25, 45], likely: [34, 41], ...more }));
export const pulse = (more: More = {}): ItemJson => number('pulse', 'Pulse', [{ code: '/min', display: 'per min' }], vital({ code: loinc('8867-4', 'Heart rate'), possible: [20, 300], likely: [40, 180], ...more }));
export const height = (more: More = {}): ItemJson => number('height', 'Height', [CM], vital({ code: loinc('8302-2', 'Body height'), possible: [20, 250], likely: [100, 210], carry: true, ...more }));

/** Limits as Simple has them: systolic 70 to 300, diastolic 40 to 180 (github.com/simpledotorg/simple-android). */
export const bloodPressure = (more: { readonly required?: boolean } = {}): ItemJson => group('blood-pressure', 'Blood pressure', [
	number('systolic', 'Systolic', [MMHG], { code: loinc('8480-6', 'Systolic blood pressure'), possible: [40, 300], likely: [70, 200], ...more }),
	number('diastolic', 'Diastolic', [MMHG], { code: loinc('8462-4', 'Diastolic blood pressure'), possible: [20, 200], likely: [40, 120], ...more })
], { code: loinc('85354-9', 'Blood pressure panel'), observe: 'vital-signs' });

/** g/L beside g/dL: haemoglobin is written in either, and a value of one read as the other is a mistake by ten. */
export const haemoglobin = (more: More = {}): ItemJson => number('haemoglobin', 'Haemoglobin', [{ code: 'g/dL', display: 'g/dL' }, { code: 'g/L', display: 'g/L', factor: 0.1 }], {
	code: loinc('718-7', 'Haemoglobin'), observe: 'laboratory', possible: [1, 25], likely: [5, 19], ...more
});

/** 1 mmol/L of glucose is 18.016 mg/dL; LOINC has a code of its own for each. */
export const glucose = (linkId: string, text: string, code: Coding, byMass: Coding, more: More = {}): ItemJson => number(linkId, text, [{ code: 'mmol/L', display: 'mmol/L' }, { code: 'mg/dL', display: 'mg/dL', factor: 1 / 18.016, of: byMass }], {
	code, observe: 'laboratory', possible: [0.5, 60], likely: [2.5, 30], ...more
});

export const note = (): ItemJson => longText('note', 'Anything else', { code: finding('visit-note', 'Visit note'), observe: 'survey' });

/** To whom, why and how urgent: an order for a referral. */
export const referral = (given?: string): ItemJson => group('referral', 'Referral', [
	words('refer-to', 'Refer to (place or service)', { fills: 'ServiceRequest.code' }),
	words('refer-why', 'Reason', { fills: 'ServiceRequest.reasonCode', given: 'known({refer-to})', required: true }),
	choice('refer-priority', 'How urgent', [{ system: 'http://hl7.org/fhir/request-priority', code: 'stat', display: 'Now' }, { system: 'http://hl7.org/fhir/request-priority', code: 'urgent', display: 'Within days' }, { system: 'http://hl7.org/fhir/request-priority', code: 'routine', display: 'Routine' }], { fills: 'ServiceRequest.priority', given: 'known({refer-to})', initial: 'routine' })
], { becomes: 'ServiceRequest', ...(given === undefined ? {} : { given }) });

export const nextVisit = (days: string, what: string): ItemJson => group('next-visit', 'Next visit', [
	date('next-suggested', 'Suggested', { calculate: `addDays(today(), ${days})` }),
	date('next-date', 'Agreed date', { fills: 'Appointment.start', future: true }),
	words('next-what', 'For', { fills: 'Appointment.description', initial: what, hidden: true })
], { becomes: 'Appointment' });
