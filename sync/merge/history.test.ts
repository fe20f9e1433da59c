import { describe, expect, it } from 'vitest';
import { leadOf, valueOf } from './assemble.ts';
import { Cast } from './cast.ts';
import { foldResource } from './fold.ts';
import { commonAncestor, historyOf } from './history.ts';

const ward = new Cast();
const [asha, ben] = [ward.member('Asha', 'clinic A'), ward.member('Ben', 'clinic B')];

describe('the history of a group', () => {
	const first = asha.creates('Patient', { languages: { communication: [{ language: { text: 'Hindi' } }] } });
	const a = asha.edits(first, { set: { languages: { communication: [{ language: { text: 'Odia' } }] } } });
	const b = ben.edits(first, { unset: ['languages'], reason: 'typing error' });
	const c = ben.edits(b, { set: { languages: { communication: [{ language: { text: 'Santali' } }] } } });
	const state = foldResource([c, b, a, first]);
	if (state === null) throw new Error('nothing to fold');

	it('has every value, by whom, where, when and why, and what became of it', () => {
		expect(historyOf(state, 'languages').map(({ change, kind, current, shown, actor, site, reason }) => ({ change, kind, current, shown, actor, site, reason }))).toEqual([
			{ change: first.id, kind: 'set', current: false, shown: false, actor: asha.actor, site: asha.site, reason: null },
			{ change: a.id, kind: 'set', current: true, shown: false, actor: asha.actor, site: asha.site, reason: null },
			{ change: b.id, kind: 'clear', current: false, shown: false, actor: ben.actor, site: asha.site, reason: 'typing error' },
			{ change: c.id, kind: 'set', current: true, shown: true, actor: ben.actor, site: asha.site, reason: null }
		]);
	});

	it('names what both sides had seen last, for the reviewer', () => {
		expect(commonAncestor(state, 'languages')?.change).toBe(first.id);
		expect(commonAncestor(state, 'birth')).toBeNull();
	});

	it('names it where each side had seen another device\'s import of the same file', () => {
		const create = { kind: 'import', system: 'urn:old', source: '7' } as const;
		const imported = (by: typeof asha) => by.creates('Patient', { birth: { birthDate: '1980-01-01' } }, { create });
		const [here, there] = [imported(asha), imported(ben)];
		const edits = [asha.edits(here, { set: { birth: { birthDate: '1980-01-02' } } }), ben.edits(there, { set: { birth: { birthDate: '1980-02-01' } } })];
		const both = foldResource([here, there, ...edits]);
		expect(both === null ? null : commonAncestor(both, 'birth')?.value).toEqual({ birthDate: '1980-01-01' });
	});

	it('gives each value as a partial resource, to be restored by an ordinary change', () => {
		const group = state.groups.get('languages');
		const [lost] = group?.outvoted ?? [];
		expect(lost === undefined ? null : valueOf(state, lost)).toEqual({ resourceType: 'Patient', id: first.change.id, communication: [{ language: { text: 'Odia' } }] });
		expect(group === undefined ? null : leadOf(group)?.change).toBe(c.id);
	});
});

describe('the history of a list', () => {
	it('names what both sides had seen of a disputed item, and of no other', () => {
		const first = asha.creates('Patient', {}, { add: { names: { official: { text: 'Mary' }, nickname: { text: 'Munni' } } } });
		const later = asha.edits(first, { add: { names: { nickname: { text: 'Mun' } } } });
		const state = foldResource([
			first, later, asha.edits(later, { add: { names: { official: { text: 'Maria' } } } }), ben.edits(later, { add: { names: { official: { text: 'Marie' } } } })
		]);
		if (state === null) throw new Error('nothing to fold');
		expect(commonAncestor(state, 'names', 'official')).toMatchObject({ change: first.id, value: { text: 'Mary' } });
		expect(commonAncestor(state, 'names', 'nickname')).toBeNull();
	});

	it('tells adds, replacements and removals by item', () => {
		const first = asha.creates('AllergyIntolerance', { criticality: { criticality: 'high' } }, { add: { notes: { n: { text: 'rsh' } } } });
		const fixed = asha.edits(first, { remove: { notes: ['n'] }, add: { notes: { m: { text: 'rash' } } } });
		const state = foldResource([first, fixed]);
		if (state === null) throw new Error('nothing to fold');
		expect(historyOf(state, 'notes').map(({ kind, key, current, shown }) => ({ kind, key, current, shown }))).toEqual([
			{ kind: 'add', key: 'n', current: false, shown: false }, { kind: 'remove', key: 'n', current: false, shown: false }, { kind: 'add', key: 'm', current: true, shown: true }
		]);
	});
});
