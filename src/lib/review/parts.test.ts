import { expect, test } from 'vitest';
import type { FhirResource } from '$sync/fhir/resource.ts';
import { assembled, partsOf, unreadable } from './parts.ts';

const card: FhirResource = { resourceType: 'Patient', identifier: [{ system: 'urn:nin', value: 'CM1', use: 'official' }], active: true };
const parts = () => partsOf(card);
const at = (path: string) => {
	const list = parts();
	const part = list.find((one) => one.path === path);
	if (part === undefined) throw new Error(path);
	return { list, part };
};

test('what nobody changed comes back as it was', () => expect(assembled(card, parts())).toEqual(card));

test('a changed part changes that leaf and no other', () => {
	const { list, part } = at('identifier.0.value');
	part.text = ' CM2 ';
	expect(assembled(card, list)).toEqual({ ...card, identifier: [{ system: 'urn:nin', value: 'CM2', use: 'official' }] });
});

test('an emptied part is taken out, and a list that is then empty with it', () => {
	const list = parts().map((part) => ({ ...part, text: part.path.startsWith('identifier') ? '' : part.text }));
	expect(assembled(card, list)).toEqual({ resourceType: 'Patient', active: true });
});

test('numbers are read with either decimal mark, and nothing else', () => {
	const list = partsOf({ resourceType: 'Basic', amount: 2.5 } as FhirResource);
	const [part] = list;
	if (part === undefined) throw new Error('no part');
	part.text = '3,5';
	expect(assembled({ resourceType: 'Basic', amount: 2.5 } as FhirResource, list)).toMatchObject({ amount: 3.5 });
	expect(unreadable(list)).toBeNull();
	part.text = '3 or 4';
	expect(unreadable(list)).toBe(part);
});
