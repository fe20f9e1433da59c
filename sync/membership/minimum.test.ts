/** A version of the app that owners require. */
import { describe, expect, it } from 'vitest';
import { requireVersion } from './authoring/minimum.ts';
import { MembershipLog } from './log.ts';
import { minimumVersion } from './selectors.ts';
import { must, setup, type Person } from './testing/cast.ts';
import { describeState } from './testing/describe.ts';

const region = () => setup('olga owner of region', 'omar owner of region', 'clinic north below region', 'lea lead of north', 'carl clinician of north');
const requires = (person: Person, version: string) => person.posts(must(requireVersion(person.pen, version)));

describe('attack 06: a required version of the app', () => {
	it('is an owner\'s to say, and nobody else\'s', async () => {
		const cast = await region();
		expect(minimumVersion(cast.state)).toBeNull();
		for (const name of ['lea', 'carl']) {
			const person = cast.person(name);
			void person.state;
			expect(() => requires(person, '9.9.9')).toThrow('Only an owner');
			person.forges({ kind: 'minimum', version: '9.9.9' });
		}
		expect(minimumVersion(cast.state)).toBeNull();
		requires(cast.person('olga'), '1.2.0');
		expect(minimumVersion(cast.state)).toBe('1.2.0');
	});

	it('is the last one said, a lower one too; of those said at the same time the greatest, whatever the order of arrival', async () => {
		const cast = await region();
		const [olga, omar] = [cast.person('olga'), cast.person('omar')];
		requires(olga, '1.2.0');
		for (const person of [olga, omar]) person.goesOffline();
		requires(olga, '1.10.0');
		requires(omar, '1.9.0');
		for (const person of [olga, omar]) person.comesBack();
		expect(minimumVersion(cast.state)).toBe('1.10.0');
		for (const order of [cast.statements, [...cast.statements].reverse()]) {
			const log = new MembershipLog(cast.org);
			for (const statement of order) log.add([statement]);
			expect(log.state === null ? null : describeState(log.state)).toEqual(describeState(cast.state));
		}
		requires(omar, '1.0.0');
		expect(minimumVersion(cast.state)).toBe('1.0.0');
	});

	it('of an owner who is removed at the same time is void, and what a hub replays of before changes nothing', async () => {
		const cast = await region();
		const [olga, omar] = [cast.person('olga'), cast.person('omar').goesOffline()];
		requires(olga, '2.0.0');
		const older = cast.statements.length;
		requires(olga, '3.0.0');
		olga.removes(omar);
		requires(omar, '9.0.0');
		omar.comesBack();
		expect(minimumVersion(cast.state)).toBe('3.0.0');
		const log = new MembershipLog(cast.org);
		log.add(cast.statements);
		log.add(cast.statements.slice(0, older));
		expect(log.state === null ? null : minimumVersion(log.state)).toBe('3.0.0');
	});

	it('has one text: anything else is no statement', async () => {
		const cast = await region();
		const before = cast.state.included.size;
		for (const version of ['1.2', '01.2.3', '1.2.3-rc', '']) cast.person('olga').forges({ kind: 'minimum', version });
		expect(cast.state.included.size).toBe(before);
		expect(minimumVersion(cast.state)).toBeNull();
	});
});
