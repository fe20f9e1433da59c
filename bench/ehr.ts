/**
 * Measures the EHR view of four charts with 2,000 entries: first reading, after one change, and warm. `npx tsx bench/ehr.ts`.
 */
import type { Json } from '../sync/change/change.ts';
import { reconcile } from '../sync/ehr/reconcile.ts';
import { chartsOf, resource, type WrittenChart, type WrittenEntry } from '../sync/ehr/testing/ward.ts';
import { seededFractions } from '../sync/matching/testing/region.ts';

const SITES = ['A', 'B', 'C', 'D'];
const ENTRIES_PER_CHART = 500;
const DRUGS = ['Amoxicillin 250 MG Oral Capsule', 'Metformin 500 mg', 'Enalapril 10 mg', 'Paracetamol 500 mg', 'Amlodipine 5 MG Oral Tablet', 'Co-trimoxazole 960 mg', 'Salbutamol inhaler'];
const PROBLEMS = ['Asthma', 'Malaria', 'Hypertension', 'Diabetes mellitus', 'Anaemia', 'Otitis media', 'Cataract', 'Pneumonia'];
const FINDINGS = ['Body weight', 'Body height', 'Systolic blood pressure', 'Heart rate', 'Body temperature', 'Haemoglobin'];
const VACCINES = ['BCG', 'OPV', 'Pentavalent', 'Measles', 'Td'];

/** A life in one chart, as a clinic of the region records it; one entry in twenty stands at two sites. */
function makeChart(site: string, seed: number): WrittenChart {
	const fraction = seededFractions(seed);
	const pick = (list: readonly string[]): string => list[Math.floor(fraction() * list.length)] ?? '';
	const day = (): string => `20${10 + Math.floor(fraction() * 15)}-${String(1 + Math.floor(fraction() * 12)).padStart(2, '0')}-${String(1 + Math.floor(fraction() * 28)).padStart(2, '0')}`;
	const entry = (n: number, type: string, elements: { readonly [element: string]: Json }): WrittenEntry => ({ name: `${site} ${n}`, resource: resource(type, elements) });
	const patient = entry(-1, 'Patient', { name: [{ family: 'Faye', given: ['Awa'] }], birthDate: '1990-05-14', gender: 'female' });
	const entries = Array.from({ length: ENTRIES_PER_CHART - 1 }, (_, n): WrittenEntry => {
		const kind = fraction();
		if (kind < 0.01) return entry(n, 'AllergyIntolerance', { code: { text: pick(['Penicillin', 'Latex', 'Ibuprofen', 'Eggs']) } });
		if (kind < 0.1) return entry(n, 'Condition', { code: { text: pick(PROBLEMS) }, onsetDateTime: day(), clinicalStatus: { coding: [{ code: fraction() < 0.3 ? 'active' : 'resolved' }] } });
		if (kind < 0.2) return entry(n, 'MedicationRequest', { status: fraction() < 0.15 ? 'active' : 'completed', intent: 'order', medicationCodeableConcept: { text: pick(DRUGS) }, authoredOn: day() });
		if (kind < 0.24) return entry(n, 'Immunization', { status: 'completed', vaccineCode: { text: pick(VACCINES) }, occurrenceDateTime: day() });
		if (kind < 0.4) return entry(n, 'Encounter', { status: 'finished', class: { code: 'AMB' }, period: { start: day() } });
		return entry(n, 'Observation', { status: 'final', code: { text: pick(FINDINGS) }, effectiveDateTime: `${day()}T09:30`, valueQuantity: { value: Math.floor(fraction() * 100), unit: 'kg' } });
	});
	return { site, entries: [patient, ...entries] };
}

const written = SITES.map((site, at) => makeChart(site, 100 + at));
const warmUp = chartsOf(SITES.map((site, at) => makeChart(site, 900 + at)));
/** Wall time and CPU time, ms: on a busy machine the first says little. */
function timed(work: () => void): { readonly wall: number; readonly cpu: number } {
	const [started, cpuStarted] = [performance.now(), process.cpuUsage()];
	work();
	const { user, system } = process.cpuUsage(cpuStarted);
	return { wall: Math.round((performance.now() - started) * 10) / 10, cpu: Math.round((user + system) / 100) / 10 };
}

const cold = timed(() => { reconcile(warmUp); });
for (let round = 0; round < 5; round++) reconcile(warmUp);
const charts = chartsOf(written);
const view = reconcile(charts.slice(0, 0));
const first = timed(() => { reconcile(charts); });
const again = timed(() => { reconcile(charts); });
const changed = chartsOf([...written.slice(1), makeChart('A', 7)]).find(({ site }) => site === charts[0]?.site);
const moved = changed === undefined ? charts : [{ ...charts[0], ...changed, resources: new Map([...(charts[0]?.resources ?? []), ...[...changed.resources].slice(0, 1)]) }, ...charts.slice(1)];
const afterChange = timed(() => { reconcile(moved); });
console.log(JSON.stringify({ bench: 'ehr-view-4-charts-2000-entries', saddlebag: first.wall, cpu: first.cpu, unit: 'ms', goal: 50, firstInProcess: cold, again, afterOneChange: afterChange, items: reconcile(charts).items.length - view.items.length }));
