/**
 * Bugs in making changes, sealing them, and saying that they are safe.
 */
import type { Mutant } from './mutant.ts';

export const AUTHOR_MUTANTS: readonly Mutant[] = [
	{
		name: 'skip the associated data', file: 'sync/seal/siv.ts', find: 'encrypt(padded, ad, null, nonce, keys.aead)', replace: 'encrypt(padded, null, null, nonce, keys.aead)',
		also: [{ file: 'sync/seal/siv.ts', find: 'decrypt(null, ciphertext, ad, nonce, key)', replace: 'decrypt(null, ciphertext, null, nonce, key)' }],
		why: 'Ciphertext that means something in another place (the context attacks on Matrix and Threema; attack 2).', caughtBy: ['forbidden', 'hidden', 'lost']
	},
	{
		name: 'plaintext name put into an envelope', file: 'sync/seal/envelope.ts', find: 'v: \'e1\', ...fieldsOf(sealed) };', replace: 'v: \'e1\', ...fieldsOf(sealed), title: /Kan\\w+/.exec(signed.text)?.[0] } as EnvelopeDocument;',
		why: 'A field for the convenience of a list screen (end-to-end encrypted messengers with file names in the clear).', caughtBy: ['leaked']
	},
	{
		name: 'forget prev in the chain', file: 'sync/author/stamp.ts', find: 'prev: stamp.tip?.id ?? null,', replace: 'prev: null,',
		also: [{ file: 'sync/change/text.ts', find: 'if ((prev === null) !== (seq === 1)) return bad(\'prev is null exactly at position 1\');', replace: '' }],
		why: 'Nothing commits to what came before, and a hub can withhold without a trace (Secure Scuttlebutt rests on it; attack 27).', caughtBy: ['forbidden', 'hidden']
	},
	{
		name: 'a change of a batch names the one before the last', seen: 4, file: 'sync/device/saving.ts', find: 'tips.set(place, { seq: made.value.change.seq, id: made.value.id });',
		replace: 'tips.set(place, { seq: made.value.change.seq, id: tips.get(place)?.id ?? made.value.id });',
		why: 'Chains break where two changes are written at once (off by one in hash-linked logs).', caughtBy: ['hidden', 'forbidden', 'lost']
	},
	{
		name: 'drop a dep when saving', file: 'sync/author/stamp.ts', find: 'deps: sorted(stamp.deps).slice(0, DEPS_MAX),', replace: 'deps: sorted(stamp.deps).slice(0, Math.max(1, stamp.deps.length - 1)),',
		why: 'An edit stands beside what it replaced, for ever (OrbitDB heads lost on append).', caughtBy: ['forbidden']
	},
	{
		name: 'resolution cites only one head', file: 'sync/device/saving.ts', find: 'return { deps: heads, after:', replace: 'return { deps: heads.slice(0, 1), after:',
		why: 'A conflict that was decided comes back (CouchDB conflicts resolved on the winning revision alone).', caughtBy: ['forbidden']
	},
	{
		name: 'index-based list merge', file: 'sync/author/diff.ts', find: 'const natural = row.key.key(item) ?? digest(text);', replace: 'const natural = String(after.indexOf(item));',
		why: 'Two people who each add an item write to one place (JSON Patch by position: android-fhir#1096).', caughtBy: ['forbidden']
	},
	{
		name: 'split a group', file: 'sync/author/diff.ts', find: 'else if (value !== null) writes.set.set(group, value);',
		replace: 'else if (value !== null) writes.set.set(group, Object.fromEntries(Object.entries(value).filter(([name, part]) => !same(part, state?.shown[0]?.value?.[name] ?? null))));',
		why: 'Dose and unit are merged apart, and a dose that nobody wrote is shown (field-level merge in DHIS2 and Realm).', caughtBy: ['lost']
	},
	{
		name: 'ack before durable', file: 'sync/store/ownEnvelopes.ts', find: 'const taken = await this.#table.insert(rows);',
		replace: 'const taken: string[] = []; void (async () => { for (let turn = 0; turn < 400; turn++) await null; await this.#table.insert(rows); })();',
		why: 'Saved is said before the disk has it (IndexedDB relaxed durability; "All File Systems Are Not Created Equal", Pillai and others 2014).', caughtBy: ['lost', 'liveness', 'total', 'forbidden']
	},
	{
		name: 'seq reused after a rollback', seen: 91, file: 'sync/device/saving.ts', find: 'if ((known?.seq ?? 0) > last.seq) return usedElsewhere();', replace: '',
		why: 'A restored backup goes on from its own memory although its later changes have come back: one place is given twice (attack 44).', caughtBy: ['forbidden']
	},
	{
		name: 'clock dragged by a remote far-future one', seen: 3, file: 'sync/change/hlc.ts', find: 'if (hlcMs(remote) > clampMs(wallMs) + DRIFT_MS_MAX) return base;', replace: '',
		why: 'One tablet in 2036 takes the whole organization with it ("Logical Physical Clocks", Kulkarni and others 2014, section 4 bounds the drift).', caughtBy: ['forbidden']
	}
];
