/**
 * Every form in which a secret text could lie on a disk: as the databases, logs, caches and JSON of this stack write text.
 *
 * A scanner that knows only UTF-8 proves nothing: Chromium stores IndexedDB strings as UTF-16, search folds case and accents, bytes
 * travel as base64 at any of three alignments, and JSON may escape every character.
 */
export interface Form {
	readonly canary: string;
	readonly form: string;
	readonly bytes: Buffer;
}

const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const swap16 = (text: string) => Buffer.from(text, 'utf16le').swap16();
const escapeAll = (text: string) => Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');

/** The part of a base64 text that is the same whatever stands before and after the secret. */
function base64Core(secret: Buffer, alignment: number): string {
	const encoded = Buffer.concat([Buffer.alloc(alignment), secret]).toString('base64').replace(/=+$/, '');
	const first = Math.ceil((alignment * 8) / 6);
	const last = Math.floor(((alignment + secret.length) * 8) / 6);
	return encoded.slice(first, last);
}

/** @param canary at least 6 characters, so that a find is no chance */
export function formsOf(canary: string): Form[] {
	if (canary.length < 6) throw new RangeError(`a canary of under 6 characters proves nothing: ${canary}`);
	const forms = new Map<string, Form>();
	const add = (form: string, bytes: Buffer) => {
		const key = bytes.toString('latin1');
		if (!forms.has(key)) forms.set(key, { canary, form, bytes });
	};
	for (const [suffix, text] of [['', canary], [' folded', fold(canary)], [' upper', canary.toUpperCase()]] as const) {
		add(`utf-8${suffix}`, Buffer.from(text, 'utf8'));
		add(`utf-16le${suffix}`, Buffer.from(text, 'utf16le'));
		add(`utf-16be${suffix}`, swap16(text));
		add(`hex${suffix}`, Buffer.from(Buffer.from(text, 'utf8').toString('hex')));
		add(`json escapes${suffix}`, Buffer.from(escapeAll(text)));
		add(`percent${suffix}`, Buffer.from(encodeURIComponent(text)));
		add(`latin1${suffix}`, Buffer.from(text, 'latin1'));
		for (const raw of [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')]) {
			for (const alignment of [0, 1, 2]) {
				const core = base64Core(raw, alignment);
				add(`base64${suffix}`, Buffer.from(core));
				add(`base64url${suffix}`, Buffer.from(core.replaceAll('+', '-').replaceAll('/', '_')));
			}
		}
	}
	return [...forms.values()];
}
