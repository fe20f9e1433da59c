import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../change/change.ts';
import { validateResource } from '../fhir/validate.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { firstAnswers, readForm, type Answer } from './answers.ts';
import { previousIn } from './chart.ts';
import { editForm } from './edit.ts';
import { CALCULATION, EXT } from './form.ts';
import { parseForm } from './parse.ts';
import { answersToResources } from './record.ts';
import { readAnswer, responseLines } from './response.ts';
import { TEMPLATES } from './templates/index.ts';
import { form, nobody } from './testing/filling.ts';

const of = (...item: readonly JsonObject[]): FhirResource => ({ resourceType: 'Questionnaire', title: 'Hostile', status: 'active', item });
const refusal = (resource: FhirResource): string => {
	const parsed = parseForm(resource);
	return parsed.ok ? 'taken' : parsed.error.code;
};
const question = (linkId: string, more: JsonObject = {}): JsonObject => ({ linkId, type: 'decimal', text: linkId, ...more });
const calculated = (expression: string): JsonObject => ({ extension: [{ url: EXT.calculate, valueExpression: { language: CALCULATION, expression } }] });

describe('a template from somebody else\'s device', () => {
	it.each<[string, FhirResource, string]>([
		['a calculation that rests on itself', of(question('a', calculated('{b} + 1')), question('b', calculated('{a}'))), 'circular'],
		['a group shown by what is in it', of({ linkId: 'g', type: 'group', enableWhen: [{ question: 'a', operator: '=', answerDecimal: 1 }], item: [question('a')] }), 'circular'],
		['a question that is not there', of(question('a', calculated('{gone}'))), 'unknown-question'],
		['two of one name', of(question('a'), question('a')), 'bad-item'],
		['a name that is none', of(question('__proto__')), 'bad-item'],
		['a language it does not know', of(question('a', { extension: [{ url: EXT.calculate, valueExpression: { language: 'text/javascript', expression: 'alert(1)' } }] })), 'bad-expression'],
		['an element no form may fill', of({ linkId: 'g', type: 'group', extension: [{ url: EXT.resource, valueCode: 'Immunization' }], item: [question('a', { definition: 'http://hl7.org/fhir/StructureDefinition/Immunization#Immunization.performer' })] }), 'bad-item'],
		['a prescription past its safety checks', of({ linkId: 'g', type: 'group', extension: [{ url: EXT.resource, valueCode: 'MedicationRequest' }], item: [question('a')] }), 'bad-item'],
		['a Patient', of({ linkId: 'g', type: 'group', extension: [{ url: EXT.resource, valueCode: 'Patient' }], item: [question('a')] }), 'bad-item'],
		['repeats within repeats', of({ linkId: 'g', type: 'group', repeats: true, item: [{ linkId: 'h', type: 'group', repeats: true, item: [question('a')] }] }), 'bad-item'],
		['thousands of questions', of(...Array.from({ length: 1_000 }, (_, n) => question(`q${n}`))), 'bad-item'],
		['a choice of nothing', of({ linkId: 'a', type: 'choice' }), 'bad-item']
	])('%s is refused', (_, resource, expected) => expect(refusal(resource)).toBe(expected));

	it('deep nesting is refused, not followed', () => {
		let item: JsonObject = question('leaf');
		for (let n = 0; n < 20; n++) item = { linkId: `g${n}`, type: 'group', item: [item] };
		expect(refusal(of(item))).toBe('bad-item');
	});

	it('a chain of four hundred calculations is followed once each', () => {
		const chain = of(...Array.from({ length: 399 }, (_, n) => (n === 0 ? question('q0') : question(`q${n}`, calculated(`{q${n - 1}} + {q${n - 1}}`)))));
		const read = form(chain);
		const seen = readForm(read, { given: new Map([['q0', { kind: 'number', value: 1, unit: null }]]), fillings: new Map() }, nobody);
		expect(seen.at.get('q398')?.answer).toMatchObject({ kind: 'number' });
	});

	it('is total over any JSON in the place of an item (property)', () => {
		const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
		const item = fc.record({
			linkId: fc.oneof(fc.constantFrom('a', 'b', '__proto__', 'constructor'), json), type: fc.oneof(fc.constantFrom('group', 'choice', 'decimal', 'boolean', 'date', 'display', 'text'), json), text: json, required: json, repeats: json,
			enableWhen: json, answerOption: json, extension: json, code: json, initial: json, definition: json, item: json
		}, { requiredKeys: ['linkId', 'type'] });
		fc.assert(fc.property(fc.array(item, { maxLength: 4 }), (items) => {
			const resource = of(...items);
			const parsed = parseForm(resource);
			editForm(resource, { kind: 'move', linkId: 'a', by: 1 });
			if (!parsed.ok) return parsed.error.message.length > 0;
			readForm(parsed.value, firstAnswers(parsed.value, nobody), nobody);
			return true;
		}), { seed: 11, numRuns: 1_500 });
	});
});

describe('answers of any kind to the real templates', () => {
	const answer: fc.Arbitrary<Answer> = fc.oneof(
		fc.record({ kind: fc.constant('boolean' as const), value: fc.boolean() }), fc.record({ kind: fc.constant('number' as const), value: fc.double({ noNaN: true, min: -1e6, max: 1e6 }), unit: fc.constantFrom(null, 'kg', 'g/L', 'nonsense') }),
		fc.record({ kind: fc.constant('text' as const), value: fc.string({ minLength: 1 }) }), fc.record({ kind: fc.constant('date' as const), value: fc.constantFrom('2026-01-01', '1900-02-28', '2027-01-01') }),
		fc.record({ kind: fc.constant('coding' as const), codings: fc.array(fc.record({ code: fc.constantFrom('x', 'none', 'lying'), display: fc.constantFrom('x', 'None') }), { minLength: 1, maxLength: 2 }) }),
		fc.record({ kind: fc.constant('unreadable' as const), typed: fc.string() })
	);
	it('never record what FHIR would refuse (property)', () => {
		const forms = TEMPLATES.map(form);
		fc.assert(fc.property(fc.nat(forms.length - 1), fc.array(fc.option(answer), { minLength: 20, maxLength: 60 }), fc.constantFrom('2025-06-14', '1990', null), (index, stream, birthDate) => {
			const of = forms[index];
			if (of === undefined) return false;
			const given = new Map([...of.all.values()].flatMap((item, n) => {
				const one = stream[n % stream.length];
				return one === null || one === undefined ? [] : [[item.within === null ? item.linkId : `${item.linkId}@0`, one] as const];
			}));
			const recorded = answersToResources(of, { given, fillings: new Map() }, { ...nobody, birthDate, sex: 'female' });
			expect([recorded.encounter, recorded.response, ...recorded.resources].flatMap((resource) => validateResource(resource).errors)).toEqual([]);
		}), { seed: 12, numRuns: 400 });
	});
});

describe('charts and answered forms from elsewhere', () => {
	it('are read without trust (property)', () => {
		const json = fc.jsonValue({ maxDepth: 5 }) as fc.Arbitrary<Json>;
		fc.assert(fc.property(json, json, json, (a, b, c) => {
			const observation: FhirResource = { resourceType: 'Observation', code: a, valueQuantity: b, component: c, effectiveDateTime: '2026-01-01' };
			previousIn([observation])({ system: 'http://loinc.org', code: '29463-7' });
			for (const line of responseLines({ resourceType: 'QuestionnaireResponse', item: a })) line.answers.forEach(readAnswer);
			return true;
		}), { seed: 13, numRuns: 800 });
	});
});
