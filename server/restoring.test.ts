/** The door for a use of the recovery kit: it takes exactly that, from whomever, and tells a removed device what removed it and nothing else. */
import { describe, expect, it } from 'vitest';
import type { StatementBody } from '../sync/membership/authoring/pen.ts';
import { MembershipLog } from '../sync/membership/log.ts';
import { setup, type Cast, type Person } from '../sync/membership/testing/cast.ts';
import { farewellOf, judgeRestoration } from './restoring.ts';

const region = () => setup('olga owner of region', 'omar owner of region', 'clinic north below region', 'carl clinician of north');
const logOf = (cast: Cast): MembershipLog => {
	const log = new MembershipLog(cast.org);
	log.add(cast.statements);
	return log;
};
/** Both owners out, as the hub has heard; what omar then writes with the kit stays with him. */
async function fallen() {
	const cast = await region();
	const [olga, omar] = [cast.person('olga'), cast.person('omar')] as [Person, Person];
	const kit = olga.makesKit();
	for (const person of [olga, omar]) person.goesOffline();
	olga.removes(omar);
	omar.removes(olga);
	for (const person of [olga, omar]) person.comesBack();
	const log = logOf(cast);
	const { documents } = omar.restoresWith(kit);
	return { cast, omar, kit, log, documents };
}
const refusal = (judged: ReturnType<typeof judgeRestoration>): string => (judged.ok ? 'taken' : judged.error);

describe('attack 24: a use of the recovery kit, handed in without a session', () => {
	it('is taken when enough shares signed it, once', async () => {
		const { log, documents } = await fallen();
		const judged = judgeRestoration(log, documents);
		expect(refusal(judged)).toBe('taken');
		expect(judged.ok && judged.value.documents.length).toBe(documents.length);
		log.add(documents.filter((document) => document.v === 's1'));
		expect(log.state?.kits.values().next().value).toMatchObject({ status: 'used' });
	});

	it('comes with what it rests on, where the hub never had that', async () => {
		const cast = await region();
		const [olga, omar] = [cast.person('olga'), cast.person('omar')] as [Person, Person];
		const kit = olga.makesKit();
		olga.removes(omar);
		const hub = logOf(cast);
		const before = cast.documents.length;
		olga.removes(olga);
		omar.restoresWith(kit);
		const later = cast.documents.slice(before);
		expect(refusal(judgeRestoration(hub, later))).toBe('taken');
		expect(refusal(judgeRestoration(hub, later.slice(-1)))).toBe('It rests on a statement that has not arrived.');
	});

	it('is refused when the kit was used already, though it was made without knowing of that', async () => {
		const cast = await region();
		const [olga, omar] = [cast.person('olga'), cast.person('omar')] as [Person, Person];
		const kit = olga.makesKit();
		omar.goesOffline();
		olga.restoresWith(kit);
		expect(refusal(judgeRestoration(logOf(cast), omar.restoresWith(kit).documents))).toBe('This recovery kit was used or replaced.');
	});

	it('lets nothing else in: no other statement, no key of nobody, no other document, nothing twice, nothing forged', async () => {
		const { cast, omar, kit, log, documents } = await fallen();
		const carl = cast.person('carl');
		const rotation = carl.rotates({ site: cast.site('north'), comp: 'clinical' }).documents;
		expect(refusal(judgeRestoration(log, rotation))).toBe('Exactly one use of a recovery kit is taken here.');
		expect(refusal(judgeRestoration(log, [...documents, ...rotation.filter(({ v }) => v === 's1')]))).toBe('It holds a statement that the use of the kit does not rest on.');
		expect(refusal(judgeRestoration(log, [...documents, ...rotation.filter(({ v }) => v !== 's1')]))).toBe('It holds a key document that none of its statements names.');
		for (const junk of [null, {}, [], [null], [{}], ['__proto__'], [{ _id: 'x', v: 's1' }]]) expect(refusal(judgeRestoration(log, junk))).not.toBe('taken');
		// signed by a member, not by the kit
		const body: StatementBody = { kind: 'restore', owner: { member: cast.state.members.keys().next().value ?? carl.member, name: cast.state.name, keys: carl.self.keys, proof: rotation[0]?.v === 's1' ? rotation[0].sig : documents.flatMap((one) => (one.v === 's1' ? [one.sig] : []))[0] ?? ('' as never) }, reinstate: [], actors: [], positions: [], reason: null, deliveries: [] };
		const forged = carl.forges(body);
		const last = cast.documents.at(-1);
		expect(forged.statement.kind).toBe('restore');
		expect(refusal(judgeRestoration(log, last === undefined ? [] : [last]))).toBe('This recovery kit is not known to this hub.');
		log.add(documents.filter((document) => document.v === 's1'));
		expect(() => omar.restoresWith(kit)).toThrow('used or replaced');
		expect(refusal(judgeRestoration(log, documents))).toBe('taken');
	});
});

describe('what a removed device is told', () => {
	it('is what removed it and what that rests on; nothing that was said later, no key for anybody but a kit', async () => {
		const cast = await region();
		const [olga, carl] = [cast.person('olga'), cast.person('carl')] as [Person, Person];
		const kit = olga.makesKit();
		expect(farewellOf(logOf(cast), carl.self.keys.device)).toEqual({ statements: [], keyDocuments: new Set() });
		olga.removes(carl);
		const atRemoval = logOf(cast).statements.length;
		olga.brings('nora', 'clinician of north');
		const { statements, keyDocuments } = farewellOf(logOf(cast), carl.self.keys.device);
		expect(statements).toHaveLength(atRemoval);
		const given = cast.documents.filter(({ _id }) => keyDocuments.has(_id));
		const toKit = new Set(statements.flatMap(({ statement }) => ('deliveries' in statement ? statement.deliveries : [])).filter(({ actor }) => actor === kit.kit).map(({ bundle }) => bundle));
		expect(given.filter(({ v, _id }) => v === 'k1' && !toKit.has(_id))).toEqual([]);
	});
});
