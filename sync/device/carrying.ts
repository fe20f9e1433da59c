/**
 * Texts that go from one screen to the next by camera, or as a file: an answer to an invitation, an admission.
 *
 * A text that is longer than one code goes in several, each saying which part of what it is, so that they may be scanned in any order and
 * twice. Whoever reads one learns what a hub would: sealed boxes and signed statements without names.
 */
import { toBase64url } from '../change/base64url.ts';
import { err, ok, problem, type Problem, type Result } from '../result.ts';
import { digest } from '../verify/digest.ts';
import type { Carried, ScanProgress } from './members-api.ts';

/** A code of so many characters in byte mode is version 22 at correction level L: still read from a scratched screen. */
const CODE_CHARACTERS = 900;
/** Beyond that it is a file, and nobody scans it. */
const CODES_MAX = 24;
const PARTS_MAX = 64;
const PART = /^SB1:([A-Za-z0-9_-]{8}):([1-9][0-9]?):([1-9][0-9]?):([\s\S]{1,1000})$/;

const nameOf = (text: string): string => toBase64url(digest('saddlebag/carried/1', text)).slice(0, 8);

export function carried(text: string, name: string): Carried {
	const id = nameOf(text);
	const of = Math.ceil(text.length / CODE_CHARACTERS);
	const parts = of > CODES_MAX ? [] : Array.from({ length: of }, (_, i) => text.slice(i * CODE_CHARACTERS, (i + 1) * CODE_CHARACTERS));
	return { text, codes: parts.map((part, i) => `SB1:${id}:${String(i + 1)}:${String(of)}:${part}`), name };
}

/** Collects scanned parts; the parts of another text begin anew. */
export class CodeReader {
	#id = '';
	#of = 0;
	readonly #parts = new Map<number, string>();

	/** Total on any code. */
	take(code: string): Result<ScanProgress, Problem<'not-a-code' | 'mixed-up'>> {
		const match = PART.exec(code);
		const [, id = '', number = '', of = '', part = ''] = match ?? [];
		if (match === null || Number(number) > Number(of) || Number(of) > PARTS_MAX) return err(problem('not-a-code', 'This code is not one of this app’s.'));
		if (id !== this.#id || Number(of) !== this.#of) {
			this.#parts.clear();
			[this.#id, this.#of] = [id, Number(of)];
		}
		this.#parts.set(Number(number), part);
		if (this.#parts.size < this.#of) return ok({ kind: 'more', have: this.#parts.size, of: this.#of });
		const text = Array.from({ length: this.#of }, (_, i) => this.#parts.get(i + 1) ?? '').join('');
		this.#parts.clear();
		this.#id = '';
		return nameOf(text) === id ? ok({ kind: 'whole', text }) : err(problem('mixed-up', 'These codes do not belong together. Scan them again from the first.'));
	}
}
