/**
 * The words of the one language that is loaded. In the built app `$lib/paraglide/messages.js` is this `m` (`chosenLanguageOnly` in
 * vite.config.ts): the compiled words of the other languages stay in files of their own that are not asked for
 * (docs/adr/0008-one-language-is-loaded.md). A reference such as `m.month_1` may be taken before the words are there; saying it may not.
 */
type Say = (inputs?: object) => string;
/** Compiled words by key; each takes the values that its text needs, which the types of `$lib/paraglide/messages.js` ask for where it is said. */
export type Words = Readonly<Record<string, (inputs: never) => string>>;

let words: Words | null = null;
const sayings = new Map<string | symbol, Say>();

/** From now on everything is said with these. What is on the screen already has to be drawn anew. */
export function speak(loaded: Words): void {
	words = loaded;
}

function saying(key: string | symbol): Say {
	const known = sayings.get(key);
	if (known !== undefined) return known;
	const say: Say = (inputs) => {
		if (words === null) throw new Error(`"${String(key)}" was said before a language was loaded`);
		const said = words[String(key)];
		if (said === undefined) throw new Error(`no language has the words "${String(key)}"`);
		const text: unknown = Reflect.apply(said, null, [inputs ?? {}]);
		return String(text);
	};
	sayings.set(key, say);
	return say;
}

/** `m.key(inputs)`; the types are those of the compiled messages, which this stands in for. */
export const m = new Proxy({}, { get: (_, key) => saying(key) });
