/** A form over a group in dispute: whatever it leaves there is written, refused or what was shown already. No choice is lost without a word. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../change/canonical.ts';
import type { GroupValue, VerifiedChange } from '../change/change.ts';
import type { FhirResource } from '../fhir/resource.ts';
import { leadOf, shownResource } from '../merge/assemble.ts';
import { Cast, fakeDigest } from '../merge/cast.ts';
import { foldResource } from '../merge/fold.ts';
import type { GroupState, ResourceState } from '../merge/state.ts';
import { diffResource } from './diff.ts';
import { isEmptyBody } from './stamp.ts';

const coded = (status: string): GroupValue => ({ clinicalStatus: { coding: [{ code: status }] } });
/** A group under each rule that is written as a whole, with the values that its writers choose from; null: they clear it. */
const GROUPS: readonly { readonly type: string; readonly group: string; readonly values: readonly (GroupValue | null)[] }[] = [
	{ type: 'Patient', group: 'birth', values: [{ birthDate: '1980' }, { birthDate: '1981-02' }, { birthDate: '1982-03-04' }, null] },
	{ type: 'Patient', group: 'marital', values: [{ maritalStatus: { text: 'single' } }, { maritalStatus: { text: 'married' } }, null] },
	{ type: 'AllergyIntolerance', group: 'status', values: [coded('active'), coded('inactive'), coded('resolved'), coded('of old'), null] },
	{ type: 'Task', group: 'status', values: ['requested', 'in-progress', 'completed', 'cancelled', 'of old'].map((status) => ({ status })) },
	{ type: 'Composition', group: 'note', values: ['preliminary', 'final', 'amended'].flatMap((status) => ['a', 'b'].map((title) => ({ status, title }))) }
];

interface Dispute { readonly state: ResourceState; readonly group: GroupState; readonly changes: readonly VerifiedChange[]; readonly ward: Cast }

const dispute = (at: number, picks: readonly number[]): Dispute | null => {
	const { type, group, values } = GROUPS[at % GROUPS.length] ?? { type: '', group: '', values: [] };
	const ward = new Cast(`${at}/${picks.join(',')}`);
	const write = (pick: number) => {
		const value = values[pick % values.length] ?? null;
		return value === null ? { unset: [group] } : { set: { [group]: value } };
	};
	const first = ward.member('Asha', 'clinic A').creates(type, { [group]: values[0] ?? {} });
	const changes = [first, ...picks.map((pick, n) => ward.member(`Member ${n}`, 'clinic B').edits(first, write(pick)))];
	const state = foldResource(changes);
	const found = state?.groups.get(group);
	return state === null || found === undefined ? null : { state, group: found, changes, ward };
};

/** What the screen has, with another value of the group put in. */
const formWith = ({ state, group }: Dispute, value: GroupValue | null): FhirResource => {
	const elements = new Set(Object.keys(leadOf(group)?.value ?? {}));
	const rest = Object.entries(shownResource(state)).filter(([name]) => !elements.has(name));
	return { ...Object.fromEntries(rest), ...value, resourceType: state.type };
};

const anyDispute = fc.tuple(fc.nat(GROUPS.length - 1), fc.array(fc.nat(8), { minLength: 2, maxLength: 4 }));

describe('a form that leaves one of several values in a group', () => {
	it('is unchanged where that is the leading one, decides nothing by accident, and drops no choice', () => {
		let chosen = 0;
		fc.assert(fc.property(anyDispute, fc.nat(8), ([at, picks], pick) => {
			const found = dispute(at, picks);
			if (found === null) return;
			const { state, group } = found;
			const lead = leadOf(group)?.value ?? null;
			const values = [...group.heads, ...group.shown].map((write) => write.value);
			const value = values[pick % values.length] ?? null;
			const saved = diffResource(state, formWith(found, value), { digest: fakeDigest });
			if (canonicalJson(value) === canonicalJson(lead)) expect(saved.ok && isEmptyBody(saved.value)).toBe(true);
			else if (group.review) {
				chosen++;
				expect(saved.ok ? null : saved.error).toMatchObject({ code: 'in-conflict', paths: [group.group] });
			} else expect(saved.ok && !isEmptyBody(saved.value)).toBe(true);
		}), { seed: 20261122, numRuns: 400 });
		expect(chosen).toBeGreaterThan(50);
	});

	it('that is named as the decision ends the dispute with it', () => {
		let ended = 0;
		fc.assert(fc.property(anyDispute, fc.nat(8), ([at, picks], pick) => {
			const found = dispute(at, picks);
			if (found === null || !found.group.review) return;
			const { state, group, changes, ward } = found;
			const value = group.heads[pick % group.heads.length]?.value ?? null;
			const saved = diffResource(state, formWith(found, value), { digest: fakeDigest, resolve: [group.group] });
			if (!saved.ok) throw new Error(saved.error.message);
			const heads = changes.filter(({ id }) => state.heads.includes(id)) as [VerifiedChange, ...VerifiedChange[]];
			const after = foldResource([...changes, ward.member('Ben', 'clinic A').edits(heads, saved.value)])?.groups.get(group.group);
			expect(after).toMatchObject({ conflict: false, review: false });
			expect(after?.heads.map((write) => write.value)).toEqual([value]);
			ended++;
		}), { seed: 20261123, numRuns: 200 });
		expect(ended).toBeGreaterThan(50);
	});
});
