/**
 * The part of YAML that our deployment files are written in, read strictly: maps and lists by indentation of two spaces, plain and quoted texts, `[…]` of quoted texts,
 * `{}`. Whatever else is an error with its line, and so is a key that stands twice.
 */
export type Yaml = string | readonly Yaml[] | ReadonlyMap<string, Yaml>;

interface Line { readonly number: number; readonly indent: number; readonly text: string }

/** Throws a sentence that names the line. */
export function readYaml(source: string): Yaml {
	const lines = source.split('\n').flatMap((raw, i): Line[] => {
		if (raw.trim() === '' || raw.trim().startsWith('#')) return [];
		const indent = raw.length - raw.trimStart().length;
		if (raw.includes('\t') || indent % 2 !== 0 || raw !== raw.trimEnd()) throw new Error(`line ${String(i + 1)}: indented otherwise than by two spaces, or a space at its end`);
		return [{ number: i + 1, indent, text: raw.trim() }];
	});
	const reader = new Reader(lines);
	const value = reader.block(0);
	reader.end();
	return value;
}

class Reader {
	readonly #lines: readonly Line[];
	#at = 0;

	constructor(lines: readonly Line[]) {
		this.#lines = lines;
	}

	end(): void {
		const line = this.#lines[this.#at];
		if (line !== undefined) throw new Error(`line ${String(line.number)}: indented too far or too little`);
	}

	block(indent: number): Yaml {
		const first = this.#lines[this.#at];
		if (first?.indent !== indent) throw new Error(`line ${String(first?.number ?? this.#lines.length)}: a value is missing`);
		return first.text.startsWith('- ') ? this.#list(indent) : this.#map(indent);
	}

	#list(indent: number): readonly Yaml[] {
		const items: Yaml[] = [];
		for (let line = this.#lines[this.#at]; line?.indent === indent && line.text.startsWith('- '); line = this.#lines[this.#at]) {
			items.push(scalar(line.text.slice(2), line.number));
			this.#at++;
		}
		return items;
	}

	#map(indent: number): ReadonlyMap<string, Yaml> {
		const map = new Map<string, Yaml>();
		for (let line = this.#lines[this.#at]; line?.indent === indent; line = this.#lines[this.#at]) {
			const match = /^([A-Za-z0-9_.-]+):(?: (.+))?$/.exec(line.text);
			const key = match?.[1];
			if (key === undefined) throw new Error(`line ${String(line.number)}: no key`);
			if (map.has(key)) throw new Error(`line ${String(line.number)}: ${key} stands there twice`);
			this.#at++;
			map.set(key, match?.[2] === undefined ? this.block(indent + 2) : scalar(match[2], line.number));
		}
		return map;
	}
}

function scalar(text: string, line: number): Yaml {
	if (text === '{}') return new Map();
	if (/^"[^"\\]*"$/.test(text)) return text.slice(1, -1);
	if (/^\["[^\]]*"\]$/.test(text)) {
		const list: unknown = JSON.parse(text);
		if (Array.isArray(list) && list.every((one): one is string => typeof one === 'string')) return list;
	}
	if (/^[[\]{}&*!|>'"%@`-]/.test(text) || / #|: /.test(text)) throw new Error(`line ${String(line)}: ${text} must be quoted`);
	return text;
}
