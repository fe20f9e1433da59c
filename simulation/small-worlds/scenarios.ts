/**
 * The scenarios that are tried in every order: two people at one entry under each rule, what is missing or comes last, retracting against editing,
 * links that several people judge, copies and their vouchers, keys and statements on their way, and what somebody with a modified app may try.
 */
import type { GroupValue, SignedChange } from '../../sync/change/change.ts';
import { canonicalJson } from '../../sync/change/canonical.ts';
import type { Delivery, SmallWorld } from './small-world.ts';
import { Ward, type Words } from './ward.ts';

export interface Scenario {
	readonly name: string;
	readonly world: SmallWorld;
	readonly ward: Ward;
	/** ids of the changes that must count when all is delivered */
	readonly counts: readonly string[];
}

const clinical = (code: string): GroupValue => ({ clinicalStatus: { coding: [{ code }] } });
const result = (status: string, value: number): GroupValue => ({ status, code: { text: 'Potassium' }, valueQuantity: { value, unit: 'mmol/L' } });

/** What a beginning and two concurrent edits write, for one rule each. The third edit has seen the first two. */
const RULES: readonly { readonly rule: string; readonly type: string; readonly comp: 'desk' | 'clinical'; readonly first: Words; readonly left: Words; readonly right: Words; readonly last: Words }[] = [
	{ rule: 'last', type: 'Patient', comp: 'desk', first: { set: { marital: { maritalStatus: { text: 'single' } } } }, left: { set: { marital: { maritalStatus: { text: 'married' } } }, at: 9 }, right: { set: { marital: { maritalStatus: { text: 'widowed' } } }, at: 9 }, last: { unset: ['marital'] } },
	{ rule: 'both', type: 'Patient', comp: 'desk', first: { set: { birth: { birthDate: '1980-01-01' } } }, left: { set: { birth: { birthDate: '1980-01-02' } }, at: 1 }, right: { set: { birth: { birthDate: '1981-01-01' } } }, last: { set: { birth: { birthDate: '1980-01-02' } } } },
	{ rule: 'safest', type: 'AllergyIntolerance', comp: 'clinical', first: { set: { status: clinical('active') } }, left: { set: { status: clinical('resolved') }, at: 99 }, right: { set: { status: clinical('inactive') } }, last: { set: { status: clinical('active') } } },
	{ rule: 'union', type: 'Patient', comp: 'desk', first: { add: { telecom: { a: { system: 'phone', value: '1' } } } }, left: { remove: { telecom: ['a'] }, add: { telecom: { b: { system: 'phone', value: '2' } } } }, right: { add: { telecom: { a: { system: 'phone', value: '1', use: 'home' }, b: { system: 'phone', value: '2', use: 'work' } } } }, last: { remove: { telecom: ['b'] } } },
	{ rule: 'append', type: 'AllergyIntolerance', comp: 'clinical', first: { add: { notes: { n: { text: 'Rash' } } } }, left: { add: { notes: { m: { text: 'Swelling' } } }, at: 0 }, right: { add: { notes: { o: { text: 'Asked again' } } } }, last: { remove: { notes: ['o'] } } },
	{ rule: 'furthest', type: 'Task', comp: 'clinical', first: { set: { progress: { status: 'requested' } } }, left: { set: { progress: { status: 'completed' } }, at: 2 }, right: { set: { progress: { status: 'cancelled' } } }, last: { set: { progress: { status: 'completed' } } } },
	{ rule: 'frozen', type: 'Observation', comp: 'clinical', first: { set: { result: result('preliminary', 3) } }, left: { set: { result: result('final', 4) }, at: 50 }, right: { set: { result: result('final', 5) }, at: 3 }, last: { set: { result: result('corrected', 5) } } }
];

function scenario(name: string, ward: Ward, deliveries: readonly Delivery[], counted: readonly SignedChange[], late: Parameters<Ward['world']>[1] = []): Scenario {
	return { name, ward, world: ward.world(deliveries, late), counts: counted.map(({ id }) => id).sort() };
}

/** Everything counts, each from its own site's database. */
const allOf = (name: string, ward: Ward, changes: readonly SignedChange[]): Scenario => scenario(name, ward, changes.map((signed) => ward.delivery(signed)), changes);

function ofRule(seed: number, { rule, type, comp, first, left, right, last }: (typeof RULES)[number]): Scenario {
	const ward = new Ward(seed);
	const root = ward.begins(ward.nurseA, type, comp, first);
	const one = ward.edits(ward.nurseA, [root], left);
	const other = ward.edits(ward.nurseB, [root], right);
	const settled = ward.edits(ward.nurseB, [one, other], last);
	const beside = ward.edits(ward.nurseA, [one], right);
	return allOf(`two people at one entry, rule ${rule}, one of them deciding`, ward, [root, one, other, settled, beside]);
}

function missingDep(): Scenario {
	const ward = new Ward(20);
	const root = ward.begins(ward.nurseA, 'Condition', 'clinical', { set: { status: clinical('active') } });
	const withheld = ward.edits(ward.nurseA, [root], { set: { status: clinical('remission') } });
	const after = ward.edits(ward.nurseB, [withheld], { set: { status: clinical('resolved') } });
	const beside = ward.edits(ward.nurseA, [root], { set: { onset: { onsetString: 'as a child' } } });
	const both = ward.edits(ward.nurseB, [after, beside], { add: { notes: { n: { text: 'Seen' } } } });
	const again = ward.edits(ward.nurseA, [beside], { unset: ['onset'] });
	return allOf('a dep that never comes', ward, [root, after, beside, both, again, ward.edits(ward.nurseA, [both], { set: { status: clinical('active') } })]);
}

function imports(): Scenario {
	const ward = new Ward(21);
	const create = { kind: 'import', system: 'urn:old', source: '17' } as const;
	const words = { set: { status: clinical('active') } };
	const [one, other] = [ward.begins(ward.nurseA, 'Condition', 'clinical', words, create), ward.begins(ward.nurseB, 'Condition', 'clinical', words, create)];
	const edit = ward.edits(ward.nurseA, [one], { set: { status: clinical('resolved') } });
	return allOf('one import made twice, and edited by who saw one of them', ward, [one, other, edit, ward.edits(ward.nurseB, [other], { set: { onset: { onsetString: '2019' } } })]);
}

function retraction(): Scenario {
	const ward = new Ward(22);
	const root = ward.begins(ward.nurseA, 'Task', 'clinical', { set: { progress: { status: 'accepted' } } });
	const retracted = ward.edits(ward.nurseA, [root], { set: { progress: { status: 'entered-in-error' } } });
	const edited = ward.edits(ward.nurseB, [root], { set: { progress: { status: 'completed' } } });
	return allOf('retracted by one, edited by another', ward, [root, retracted, edited, ward.edits(ward.nurseB, [edited], { add: { notes: { n: { text: 'Done' } } } })]);
}

function links(): Scenario {
	const ward = new Ward(23);
	const [here, there] = [ward.states(ward.nurseA, 'linked', ward.a), ward.states(ward.nurseA, 'linked', ward.b)];
	const undone = [ward.states(ward.nurseA, 'unlinked', ward.a, [here]), ward.states(ward.nurseA, 'unlinked', ward.b, [there])];
	const denied = ward.states(ward.nurseB, 'not-same', ward.b, [there]);
	return allOf('linked, taken back, and denied by somebody who had not seen it', ward, [here, there, ...undone, denied]);
}

function twoLinks(): Scenario {
	const ward = new Ward(24);
	const mine = [ward.states(ward.nurseA, 'linked', ward.a), ward.states(ward.nurseA, 'linked', ward.b)];
	const theirs = [ward.states(ward.nurseB, 'linked', ward.a), ward.states(ward.nurseB, 'linked', ward.b)];
	const back = ward.states(ward.nurseB, 'unlinked', ward.a, [theirs[0] as SignedChange]);
	return allOf('linked by two at once, taken back by one', ward, [...mine, ...theirs, back]);
}

/** The reader holds both clinics: a change comes natively, as a copy, and after what edits it. */
function copies(): Scenario {
	const ward = new Ward(25);
	const root = ward.begins(ward.nurseB, 'AllergyIntolerance', 'clinical', { set: { status: clinical('active') } }, undefined, ward.b);
	const edit = ward.edits(ward.nurseB, [root], { set: { status: clinical('resolved') } });
	const deliveries = [ward.delivery(root), ward.delivery(root, { copyAt: ward.a }), ward.delivery(edit, { copyAt: ward.a }), ward.delivery(edit, { copyAt: ward.region })];
	return scenario('copies beside what they are of, and before it', ward, deliveries, [root, edit]);
}

function lateKey(): Scenario {
	const ward = new Ward(26);
	const root = ward.begins(ward.nurseA, 'Condition', 'restricted', { set: { status: clinical('active') } });
	const edit = ward.edits(ward.nurseB, [root], { set: { status: clinical('resolved') } });
	const open = ward.begins(ward.nurseA, 'Condition', 'clinical', { set: { status: clinical('active') } });
	// a clinician may not write what is restricted: the key opens it, the log refuses it
	const deliveries: Delivery[] = [ward.delivery(root), ward.delivery(edit), ward.delivery(open), { kind: 'key', key: ward.epoch(ward.a, 'restricted') }];
	return scenario('a key that comes late, to what its author had no right to write', ward, deliveries, [open], [{ site: ward.a, comp: 'restricted' }]);
}

function lateKeyAndStatement(): Scenario {
	const ward = new Ward(27);
	const root = ward.begins(ward.nurseA, 'Condition', 'clinical', { set: { status: clinical('active') } });
	const edit = ward.edits(ward.nurseB, [root], { set: { status: clinical('resolved') } });
	const desk = ward.begins(ward.nurseB, 'Patient', 'desk', { set: { birth: { birthDate: '1980-01-01' } } });
	const deliveries: Delivery[] = [ward.delivery(root), ward.delivery(edit), ward.delivery(desk), { kind: 'key', key: ward.epoch(ward.a, 'clinical') }, { kind: 'statement' }];
	return scenario('a key and the statement that admits the authors, both late', ward, deliveries, [root, edit, desk], [{ site: ward.a, comp: 'clinical' }]);
}

/** A signature that does not verify, and a later change of the chain that commits to it: authentic after all. */
function vouchedFor(): Scenario {
	const ward = new Ward(28);
	const root = ward.begins(ward.nurseA, 'Condition', 'clinical', { set: { status: clinical('active') } });
	const damaged = { ...ward.sign(root.change, ward.nurseB) };
	const follower = ward.sign({ ...ward.begins(ward.nurseA, 'Condition', 'clinical', { set: { status: clinical('resolved') } }).change, seq: 2, prev: damaged.id }, ward.nurseA);
	const own = ward.begins(ward.nurseB, 'Condition', 'clinical', { set: { status: clinical('resolved') } });
	return allOf('a change with another\'s signature that a later one of its chain commits to', ward, [damaged, follower, own]);
}

/** What names a predecessor that it cannot follow counts only until that arrives. */
function overturned(): Scenario {
	const ward = new Ward(29);
	const first = ward.begins(ward.nurseA, 'Condition', 'clinical', { set: { status: clinical('active') } });
	const second = ward.edits(ward.nurseA, [first], { set: { status: clinical('resolved') } });
	const liar = ward.sign({ ...ward.begins(ward.nurseA, 'Condition', 'clinical', { set: { status: clinical('remission') } }).change, seq: 5, prev: first.id }, ward.nurseA);
	const other = ward.edits(ward.nurseB, [second], { set: { status: clinical('active') } });
	return scenario('a change that names a predecessor it cannot follow', ward, [first, second, liar, other].map((signed) => ward.delivery(signed)), [first, second, other]);
}

/** Under a key of another compartment, for another's entry, by somebody without a post: none of it counts, whatever it comes with. */
function forbidden(): Scenario {
	const ward = new Ward(30);
	const root = ward.begins(ward.nurseA, 'Condition', 'clinical', { set: { status: clinical('active') } });
	const edit = ward.edits(ward.nurseB, [root], { set: { status: clinical('resolved') } });
	const planted = ward.sign({ ...ward.begins(ward.nurseB, 'Condition', 'clinical', { set: { status: clinical('remission') } }).change, id: root.change.id }, ward.nurseB);
	const stranger = ward.begins(ward.receptionistA, 'Condition', 'clinical', { set: { status: clinical('remission') } });
	const wrongKey = ward.delivery(edit, { document: ward.envelope(edit, ward.epoch(ward.a, 'restricted')) });
	return scenario('a second beginning, a stranger, and a key of another compartment', ward, [root, edit, planted, stranger].map((signed) => ward.delivery(signed)).concat(wrongKey), [root, edit]);
}

/** All of them, made anew: libsodium must be ready. */
export function scenarios(): readonly Scenario[] {
	return [
		...RULES.map((rule, at) => ofRule(at + 1, rule)), missingDep(), imports(), retraction(), links(), twoLinks(), copies(), lateKey(), lateKeyAndStatement(), vouchedFor(), overturned(), forbidden()
	];
}

export const deliveryName = (delivery: Delivery): string => (delivery.kind === 'envelope' ? `${delivery.id.slice(0, 6)}${delivery.change === null ? ' copy' : ''}` : delivery.kind === 'key' ? canonicalJson(delivery.key.comp) : 'statement');
