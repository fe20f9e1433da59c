/**
 * The attacks that Saddlebag must survive, one row a class. Every class has at least one test named after it (`attack 27: …`).
 *
 * They come from published breaks of encrypted sync products (Matrix 2022 and 2025, MEGA 2022, Nextcloud 2024, Threema 2023, ETH Zurich 2024 and 2026, Keybase,
 * The Update Framework) and from what was reproduced against the libraries used here. The numbers are names: one is never given to another class.
 */

export interface AttackClass {
	readonly number: number;
	/** who attacks: H the hub, M a member, R someone revoked, D a device thief, N a newer or older client, X a script; empty: anybody, or an accident */
	readonly by: string;
	readonly what: string;
	/** what must come of it */
	readonly outcome: string;
	/** the capability that brings the rest of the class, where it rests on something that is not built yet */
	readonly rest?: string;
}

export const ATTACK_CLASSES: readonly AttackClass[] = [
	{ number: 1, by: 'H', what: 'bit-flip any byte of header, nonce, ciphertext, signature', outcome: 'rejected, quarantined, others unaffected (test all byte positions)' },
	{ number: 2, by: 'H', what: 'swap two ciphertexts between ids / charts / sites (context swap)', outcome: 'AAD mismatch' },
	{ number: 3, by: 'H', what: 'strip or replace signature; re-sign by another valid member (author theft)', outcome: 'rejected' },
	{ number: 4, by: 'M', what: 'duplicate-key / multi-key ciphertext (invisible salamander): same bytes, two keys, two plaintexts', outcome: 'key tag commits to one key' },
	{ number: 5, by: 'XH', what: 'cross-protocol: use membership signature as change signature, wrapped key as change, enrolment as frontier', outcome: 'namespace failure (full N×N matrix test)' },
	{
		number: 6, by: 'H', what: 'algorithm/version downgrade: suite field, an older envelope version after the organization\'s signed minimum was raised',
		outcome: 'refused; an unknown newer version waits'
	},
	{ number: 7, by: 'H', what: 'KDF downgrade: m/t/p lowered, salt swapped', outcome: 'client floor + authenticated params' },
	{
		number: 8, by: 'M', what: 'non-canonical / malleable encodings: JSON key order, duplicate keys, __proto__, lone surrogates, -0/1e400, base64 variants, trailing bytes, oversize, deep nesting',
		outcome: 'one byte form valid'
	},
	{ number: 9, by: 'M', what: 'small-order Ed25519 key, S≥L, mixed-order R; low-order X25519', outcome: 'refused; identical verdict on every engine (golden edge vectors)' },
	{
		number: 10, by: '', what: 'a nonce used twice, whatever the random source does, two app versions that seal the same change differently included',
		outcome: '10^6 different changes, no repeated nonce; the same change twice gives the same bytes; wrapped keys, drafts and projections use fresh random nonces'
	},
	{ number: 11, by: '', what: 'error oracle', outcome: 'the hub sees the same requests in the same order whether a decrypt fails or not; no per-reason answer' },
	{ number: 12, by: 'H', what: 'injects a wrapped epoch key of its own choice (sealed box is anonymous)', outcome: 'unsigned/unauthorised bundle refused' },
	{ number: 13, by: 'H', what: 'substitutes a member\'s or recovery contact\'s public key at invite/share time', outcome: 'fingerprint/cert chain failure' },
	{ number: 14, by: 'H', what: 'adds a ghost member or ghost device', outcome: 'no valid admin signature; every client shows member list hash' },
	{ number: 15, by: 'M', what: 'lead gives different epoch keys to different members (split key)', outcome: 'key id mismatch detected, blamed' },
	{
		number: 16, by: 'R', what: 'keeps writing after revocation or demotion with backdated HLC or an earlier membership head',
		outcome: 'only what is attested by a signed position counts; the rest in the late lane; an honest member\'s acted-on work is not thrown out by a lead who was behind'
	},
	{
		number: 17, by: 'R', what: 'reads new data',
		outcome: 'nothing sealed by a device that knows of the revocation opens with any key the revoked device ever held (test with its full key store); concurrent rotations by two leads included'
	},
	{ number: 18, by: '', what: 'race: change sealed under an old epoch concurrently with revocation', outcome: 'deterministic verdict on all replicas, any delivery order' },
	{ number: 19, by: 'M', what: 'mutual removal, removal+re-add, demotion+admin action, removal cycle of 3, last-admin removal', outcome: 'same outcome for all permutations' },
	{ number: 20, by: 'H', what: 'replays an old membership log prefix (rollback) to a new/returning device', outcome: 'frontier/security-state regression alarm' },
	{
		number: 21, by: 'H', what: 'omits one membership statement, M cites an invented parent',
		outcome: 'what follows the gap has no effect and an alarm names it; the rest of the log works; complete log → same state as if never missing'
	},
	{ number: 22, by: '', what: 'rotation crash: kill after every write step of rotation', outcome: 'resumable, no member left without key, no data under lost key' },
	{
		number: 23, by: '', what: 'invitation/QR: replay, second use, expired, relayed (phishing), swapped pk between display and scan, role escalation in payload',
		outcome: 'refused; SAS mismatch visible'
	},
	{ number: 24, by: '', what: 'recovery: use without quorum, silent auto-enrol, old recovery kit after rotation, recovery to hub-chosen key', outcome: 'refused and logged' },
	{ number: 25, by: '', what: 'stolen unlocked vs locked device', outcome: 'locked IndexedDB dump contains no plaintext, no key, no passphrase equivalent (scan dump for canaries)' },
	{ number: 26, by: '', what: 'passphrase change / PRF credential removal', outcome: 'old wrap no longer opens; old backup of wrap + old passphrase documented' },
	{ number: 27, by: 'H', what: 'withholds one change in the middle (gap in a chain)', outcome: 'detected at the next change of that chain; what arrived stays shown, marked incomplete' },
	{ number: 28, by: 'H', what: 'withholds a tail / freezes everything', outcome: 'staleness visible within T; frontier from another device proves it' },
	{ number: 29, by: 'H', what: 'forks two clinics (different views)', outcome: 'detected on first out-of-band or cross-signed frontier exchange, both kept, alarm names the fork point' },
	{ number: 30, by: 'H', what: 'replays/duplicates/reorders/delays arbitrarily, repeats pages, changes last_seq, jumps seq ahead, resets seq/uuid', outcome: 'convergence, no loss (full reconcile)' },
	{ number: 31, by: 'H', what: 'sends _deleted:true, new _rev, conflicting _rev, edited body under the same id', outcome: 'local change untouched, evidence recorded' },
	{ number: 32, by: 'H', what: 'answers push with 409/conflict + forged doc, for ever', outcome: 'no overwrite, no livelock, bounded back-off' },
	{ number: 33, by: 'H', what: 'poison document (fails parse/verify/decrypt) first, middle, last in batch', outcome: 'rest of the batch ingested, replication alive' },
	{ number: 34, by: 'H', what: '200 OK but drops writes; partial _bulk_docs; truncated JSON; slow-loris; 10 GB page; zip bomb', outcome: 'durable outbox, limits, resume' },
	{ number: 35, by: 'H', what: 'cross-database substitution: serves org A\'s db to org B, or site db under other name', outcome: 'genesis-hash mismatch' },
	{ number: 36, by: 'H', what: 'crafted set-reconciliation fingerprints (XOR collision)', outcome: 'chain check still finds missing changes' },
	{
		number: 37, by: 'MD', what: 'far-future HLC, max counter, counter overflow, clock jump ±10 y, DST, leap; a reader\'s clock in 1970',
		outcome: 'folded in causal order, marked, nothing hidden; local clock not dragged; sync not blocked'
	},
	{ number: 38, by: 'M', what: 'equivocation: two changes with same (device, seq)', outcome: 'both rejected or both kept by one rule, device flagged, all replicas equal' },
	{ number: 39, by: 'M', what: 'forged dependencies / frontier naming non-existent or future changes; dependency cycle; 10^6 pending orphans', outcome: 'bounded buffer, no stall' },
	{ number: 40, by: 'M', what: 'LWW grinding (choose change id/HLC to win ties)', outcome: 'cannot beat causally later; audit shows both values' },
	{ number: 41, by: 'N', what: 'unknown op, unknown resource field, newer schema, removed field', outcome: 'kept, deferred, replayed after upgrade; old client never overwrites unknown fields' },
	{
		number: 42, by: 'M', what: 'type confusion / invalid FHIR: a known element of the wrong type, path __proto__, huge array',
		outcome: 'quarantined by a total validator; an unknown element or version waits and is replayed after an upgrade; fold never throws'
	},
	{ number: 43, by: '', what: 'fold order independence: any permutation, duplication, batching, snapshot+tail vs full replay', outcome: 'byte-identical state hash' },
	{ number: 44, by: '', what: 'local rollback: restore old IndexedDB / clone profile / two tabs writing', outcome: 'no seq reuse, new device id or single writer' },
	{
		number: 45, by: '', what: 'metadata',
		outcome: 'hub transcripts of two different charts/operations of the same padded class and database are indistinguishable (ids, sizes, counts, field names, time stamps, which compartment of care)'
	},
	{
		number: 46, by: '', what: 'logs, errors, URL, title, notifications, service-worker cache, clipboard, anything outside the print views',
		outcome: 'no canary PHI or key. The scanner first finds every canary in a control that stores plaintext'
	},
	{ number: 47, by: '', what: 'XSS canary', outcome: 'injected script in any FHIR text/narrative/attachment name is inert; CSP blocks inline/eval/exfil; worker refuses raw key export' },
	{
		number: 48, by: 'H', what: 'malicious code delivery',
		outcome: 'the service worker caches and serves only a release whose manifest is signed by a key that is not on the hub, never one older than the newest seen; a web origin cannot refuse more, the threat model says so',
		rest: 'signed release manifests'
	},
	{
		number: 49, by: '', what: 'auto-lock: idle (also in a hidden tab), sleep, sign-out in another tab',
		outcome: 'the worker with open keys terminated, queries fail closed, unsynced work survives and still syncs; PIN re-open erased after five wrong tries'
	},
	{ number: 50, by: '', what: 'DoS', outcome: 'change/second, bytes, members, depth, chart size limits asserted; one bad chart cannot slow others (isolated fold)' },
	{ number: 51, by: '', what: 'compression/length side channel', outcome: 'attacker-controlled text and a secret never share one compressed blob; sizes quantized' },
	{ number: 52, by: '', what: 'audit truth', outcome: 'displayed author/time/site come only from verified header; "author" string inside payload cannot override' },
	{
		number: 53, by: 'M', what: 'links a look-alike chart to pull a stranger\'s record to the own site',
		outcome: 'a proposal only, until someone whose roles reach both sites confirms; relay begins after that'
	},
	{ number: 54, by: 'M', what: 're-seals a restricted change under the desk key', outcome: 'compartment under the signature does not match, quarantined' },
	{ number: 55, by: 'M', what: 'writes a dep-less change for an existing resource to become its "original"', outcome: 'not a creation, refused as such; listed as an amendment' },
	{ number: 56, by: 'RH', what: 'deposit a backdated fork of the origin\'s chain at another site', outcome: 'counts only where an entitled actor of the origin vouches' },
	{ number: 57, by: 'D', what: 'stolen clinic box relays the regional hub\'s challenge to a tablet', outcome: 'session signature names another hub, token void' },
	{ number: 58, by: 'H', what: 'upstream puts a false body under a true _id into a box', outcome: 'every write path checks the hash; the true body replaces it, logged' },
	{ number: 59, by: '', what: 'an intercepted invitation link plus the hub', outcome: 'no data key is in it; admission needs an entitled actor\'s comparison of codes' },
	{ number: 60, by: 'M', what: 'cites 10^5 heads, or creates them', outcome: 'deps bounded, heads joined by several changes, a resolution always fits' }
];
