/**
 * `saddlebag release`: a signed list of the files of a built app, and whether a hub serves exactly these.
 *
 * The release key is kept by who builds, never on a hub. A browser runs what the hub hands out (docs/threat-model.md, attack 48): what this gives is that anybody, from
 * any machine, can see whether a hub serves the release that was signed, or another.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { canonicalJson, isObject, parseCanonical } from '../sync/change/canonical.ts';
import { err, ok, problem, type Problem, type Result } from '../sync/result.ts';
import { frame } from '../sync/verify/digest.ts';
import { readArguments, text } from './operator/arguments.ts';

const ROOT = path.dirname(import.meta.dirname);
const DOMAIN = 'saddlebag/release/1';
const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;
const FILE_MS_MAX = 60_000;
const USAGE = `saddlebag release key --key FILE
saddlebag release sign --key FILE --to FILE [--build FOLDER]
saddlebag release verify MANIFEST --public KEY (--url ORIGIN | --build FOLDER)

  key      makes a release key, to be kept off every hub, and prints its public half
  sign     writes the signed list of the files of a built app
  verify   whether a hub, or a folder, holds exactly the files that were signed`;

export interface Release { readonly v: 1; readonly version: string; readonly files: ReadonlyMap<string, string> }
const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url');

/** Path as it is asked for -> SHA-256, of what a hub serves of a folder. */
export function filesOf(folder: string, below = '/'): Map<string, string> {
	const found = new Map<string, string>();
	for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
		// compressed copies say the same; hidden files are not served
		if (entry.name.startsWith('.') || /\.(?:br|gz)$/.test(entry.name)) continue;
		const file = path.join(folder, entry.name);
		if (entry.isDirectory()) for (const [name, digest] of filesOf(file, `${below}${entry.name}/`)) found.set(name, digest);
		else found.set(below + entry.name, digestOf(readFileSync(file)));
	}
	return found;
}

/** The signed text of a release: `{ text, sig }` as JSON. `key`: PEM of an Ed25519 key. */
export function signRelease(files: ReadonlyMap<string, string>, version: string, key: string): string {
	const said = canonicalJson({ v: 1, version, files: Object.fromEntries(files) });
	return `${JSON.stringify({ text: said, sig: sign(null, frame(DOMAIN, said), createPrivateKey(key)).toString('base64url') })}\n`;
}

/** Reads a manifest that `publicKey` (raw, base64url) signed. Total on any text. */
export function readRelease(manifest: string, publicKey: string): Result<Release, Problem> {
	const wrong = err(problem('bad-manifest', 'This is not a release that was signed with that key.'));
	try {
		const raw: unknown = JSON.parse(manifest);
		if (!isObject(raw) || typeof raw['text'] !== 'string' || typeof raw['sig'] !== 'string') return wrong;
		const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
		if (!verify(null, frame(DOMAIN, raw['text']), key, Buffer.from(raw['sig'], 'base64url'))) return wrong;
		const parsed = parseCanonical(raw['text'], { bytesMax: MANIFEST_BYTES_MAX });
		if (!parsed.ok || !isObject(parsed.value)) return wrong;
		const { v, version, files } = parsed.value;
		if (v !== 1 || typeof version !== 'string' || !isObject(files)) return wrong;
		return ok({ v, version, files: new Map(Object.entries(files).flatMap(([name, digest]) => (typeof digest === 'string' ? [[name, digest] as const] : []))) });
	} catch {
		return wrong;
	}
}

/** Sentences about what differs from the release; none when nothing does. */
export function differences(release: Release, found: ReadonlyMap<string, string | null>): readonly string[] {
	const wrong = [...release.files].flatMap(([name, digest]) => {
		const here = found.get(name) ?? null;
		return here === digest ? [] : [here === null ? `${name} is missing` : `${name} is another file`];
	});
	return [...wrong, ...[...found].flatMap(([name, digest]) => (digest === null || release.files.has(name) ? [] : [`${name} is not part of the release`]))];
}

/** What a hub serves of the files of a release. */
export async function servedBy(origin: string, release: Release): Promise<ReadonlyMap<string, string | null>> {
	const found = new Map<string, string | null>();
	for (const name of release.files.keys()) {
		const answer = await fetch(new URL(name, origin), { redirect: 'error', cache: 'no-store', signal: AbortSignal.timeout(FILE_MS_MAX) }).catch(() => null);
		found.set(name, answer?.ok === true ? digestOf(new Uint8Array(await answer.arrayBuffer())) : null);
	}
	// the page that a person opens
	const shell = await fetch(new URL('/', origin), { redirect: 'error', cache: 'no-store', signal: AbortSignal.timeout(FILE_MS_MAX) }).catch(() => null);
	const opened = shell?.ok === true ? digestOf(new Uint8Array(await shell.arrayBuffer())) : null;
	if (opened !== release.files.get('/index.html')) found.set('/index.html', opened);
	return found;
}

/** The exit code. */
export async function main(args: readonly string[]): Promise<number> {
	const read = readArguments(args, { key: { type: 'string' }, to: { type: 'string' }, build: { type: 'string' }, public: { type: 'string' }, url: { type: 'string' } });
	if (!read.ok) return wrong(`${read.error.message}. See saddlebag release --help.`);
	const { flags, files: [act, manifest] } = read.value;
	const [key, to, publicKey, url] = [text(flags['key']), text(flags['to']), text(flags['public']), text(flags['url'])];
	const build = path.resolve(text(flags['build']) ?? path.join(ROOT, 'build'));
	if (act === 'key' && key !== null) {
		if (existsSync(key)) return wrong(`${key} is there already.`);
		const made = generateKeyPairSync('ed25519');
		writeFileSync(key, made.privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
		console.log(`Public half, to be published with the releases: ${String(made.publicKey.export({ format: 'jwk' }).x)}`);
		return 0;
	}
	if (act === 'sign' && key !== null && to !== null) {
		const files = filesOf(build);
		const { version }: { version?: unknown } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version?: unknown };
		writeFileSync(to, signRelease(files, String(version), readFileSync(key, 'utf8')));
		console.log(`${String(files.size)} files signed in ${to}.`);
		return 0;
	}
	if (act !== 'verify' || manifest === undefined || publicKey === null) {
		console.log(USAGE);
		return flags['help'] === true ? 0 : 1;
	}
	const release = readRelease(readFileSync(manifest, 'utf8'), publicKey);
	if (!release.ok) return wrong(release.error.message);
	const differing = differences(release.value, url === null ? filesOf(build) : await servedBy(url, release.value));
	for (const sentence of differing) console.error(sentence);
	if (differing.length > 0) return wrong(`${url ?? build} does not hold the release ${release.value.version} that was signed.`);
	console.log(`${url ?? build} holds the release ${release.value.version}, ${String(release.value.files.size)} files, as it was signed.`);
	return 0;
}

function wrong(message: string): number {
	console.error(message);
	return 1;
}
