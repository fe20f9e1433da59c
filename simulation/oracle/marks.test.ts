import { describe, expect, it } from 'vitest';
import { HubDatabase } from '../world/hub-data.ts';
import { MarksCheck } from './marks.ts';

const database = (...documents: readonly (readonly [id: string, v: string])[]): HubDatabase => {
	const made = new HubDatabase('sb-x-desk');
	made.begin('00000001');
	made.store(documents.map(([_id, v]) => ({ _id, _rev: '1-a', v })));
	return made;
};
const above = (answered: readonly string[], ...held: readonly (readonly [string, string])[]) => ({ confirmed: new Set(answered), refused: new Set<string>(), database: () => database(...held) });

describe('how far a box says that it sent', () => {
	const ours = database(['a', 'e1'], ['b', 'd1'], ['c', 'e1']);

	it('is true where the hub above answered for it, or has it', () => {
		expect(new MarksCheck(above(['a'], ['b', 'd1']), () => true).look(ours, { pushed: ours.sequenceOf(2), deposited: ours.sequenceOf(2) })).toEqual([]);
	});

	it('is a loss where nobody answered', () => {
		expect(new MarksCheck(above(['a']), () => true).look(ours, { pushed: ours.sequenceOf(2), deposited: '0' })).toMatchObject([{ kind: 'lost' }]);
	});

	it('is of deposits alone where the database is not carried', () => {
		const check = new MarksCheck(above([]), () => false);
		expect(check.look(ours, { pushed: '0', deposited: ours.sequenceOf(1) })).toEqual([]);
		expect(check.look(ours, { pushed: '0', deposited: ours.sequenceOf(3) })).toHaveLength(1);
	});

	it('stays true when the hub above loses it afterwards', () => {
		const check = new MarksCheck({ ...above([]), database: (() => { let times = 0; return () => (times++ === 0 ? database(['a', 'e1']) : database()); })() }, () => true);
		expect(check.look(ours, { pushed: ours.sequenceOf(1), deposited: '0' })).toEqual([]);
		expect(check.look(ours, { pushed: ours.sequenceOf(1), deposited: ours.sequenceOf(1) })).toEqual([]);
	});
});
