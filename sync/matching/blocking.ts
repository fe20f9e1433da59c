/**
 * Which pairs are worth comparing: 20,000 charts make 200 million pairs, a few hundred thousand of which share anything.
 *
 * Several passes, each with its own key, so that one wrong field never hides a pair: identifier, phone, birth date, sound of two name
 * words, sound of one word with the year of birth or the village, and the digits of the birth date in any order with an initial
 * (exchanged day and month, transposed digits). A block that is too large to compare in full is compared along its alphabetical order
 * (sorted neighbourhood, M. A. Hernández and S. J. Stolfo, SIGMOD 1995).
 */
import type { PreparedIdentity } from './identity.ts';
import { soundOf } from './similarity.ts';

const BLOCK_MAX = 60;
const WINDOW = 12;
/** Name words that make keys: a chart with a hundred names must not make ten thousand blocks. */
const SOUNDS_MAX = 8;

/** All blocking keys of one chart. */
export function blockingKeys(chart: PreparedIdentity, sound: (word: string) => string = soundOf): string[] {
	const keys: string[] = [];
	for (const { value } of chart.identifiers) keys.push(`i ${value}`);
	for (const phone of chart.phones) keys.push(`p ${phone}`);
	const sounds = [...new Set(chart.names.flat().filter((word) => word.length > 1).map(sound))].sort().slice(0, SOUNDS_MAX);
	const { birth } = chart;
	if (birth !== null) {
		if (birth.day !== null) {
			keys.push(`d ${birth.digits}`);
			const digits = [...birth.digits].sort().join('');
			for (const initial of new Set(sounds.map((code) => code[0] ?? ''))) keys.push(`t ${digits} ${initial}`);
		}
		for (const code of sounds) keys.push(`y ${birth.year} ${code}`);
	}
	for (const [at, first] of sounds.entries()) {
		for (const second of sounds.slice(at + 1)) keys.push(`n ${first} ${second}`);
		if (chart.village !== '') keys.push(`v ${chart.village} ${first}`);
	}
	return keys;
}

/**
 * All candidate pairs (indices i < j), each once, block by block. The result does not depend on the order of the charts except by their indices.
 * Yields after every block, so that a caller can report progress and stop.
 */
export function* candidatePairs(charts: readonly PreparedIdentity[]): Generator<{ readonly pairs: readonly (readonly [number, number])[]; readonly done: number; readonly total: number }> {
	const sounds = new Map<string, string>();
	const sound = (word: string): string => {
		const known = sounds.get(word);
		if (known !== undefined) return known;
		const code = soundOf(word);
		sounds.set(word, code);
		return code;
	};
	const blocks = new Map<string, number[]>();
	for (const [index, chart] of charts.entries()) {
		for (const key of new Set(blockingKeys(chart, sound))) {
			const block = blocks.get(key);
			if (block === undefined) blocks.set(key, [index]);
			else block.push(index);
		}
	}
	const sortKeys = charts.map((chart) => `${[...(chart.names[0] ?? [])].sort().join(' ')} ${chart.birth?.digits ?? ''}`);
	const seen = new Set<number>();
	let done = 0;
	for (const block of blocks.values()) {
		done += 1;
		if (block.length < 2) continue;
		const pairs: (readonly [number, number])[] = [];
		const whole = block.length <= BLOCK_MAX;
		if (!whole) block.sort((x, y) => ((sortKeys[x] ?? '') < (sortKeys[y] ?? '') ? -1 : (sortKeys[x] ?? '') > (sortKeys[y] ?? '') ? 1 : x - y));
		for (const [at, x] of block.entries()) {
			for (const y of block.slice(at + 1, whole ? undefined : at + 1 + WINDOW)) {
				const [i, j] = x < y ? [x, y] : [y, x];
				const key = i * charts.length + j;
				if (seen.has(key)) continue;
				seen.add(key);
				pairs.push([i, j]);
			}
		}
		yield { pairs, done, total: blocks.size };
	}
}
