/**
 * How alike two words are.
 *
 * Jaro and Jaro-Winkler as published (M. A. Jaro, JASA 1989;84:414-420; W. E. Winkler, Proc. Section on Survey Research Methods,
 * ASA 1990:354-359), Levenshtein by fastest-levenshtein, sound by double-metaphone (L. Philips, C/C++ Users Journal 2000;18(6)).
 * Pure functions of two texts, symmetric.
 */
import { doubleMetaphone } from 'double-metaphone';
import { distance } from 'fastest-levenshtein';

/** Jaro similarity, 0 to 1. */
export function jaro(a: string, b: string): number {
	if (a === b) return 1;
	if (a.length === 0 || b.length === 0) return 0;
	const range = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
	const usedB = new Array<boolean>(b.length).fill(false);
	const matchedA: string[] = [];
	for (let i = 0; i < a.length; i++) {
		const end = Math.min(b.length - 1, i + range);
		for (let j = Math.max(0, i - range); j <= end; j++) {
			if (usedB[j] === true || a[i] !== b[j]) continue;
			usedB[j] = true;
			matchedA.push(a[i] ?? '');
			break;
		}
	}
	const count = matchedA.length;
	if (count === 0) return 0;
	let transposed = 0;
	let at = 0;
	for (let j = 0; j < b.length; j++) {
		if (usedB[j] !== true) continue;
		if (matchedA[at] !== b[j]) transposed += 1;
		at += 1;
	}
	return (count / a.length + count / b.length + (count - transposed / 2) / count) / 3;
}

/** Jaro-Winkler similarity, 0 to 1: up to four equal first letters count extra (scaling factor 0.1). */
export function jaroWinkler(a: string, b: string): number {
	const base = jaro(a, b);
	let prefix = 0;
	while (prefix < 4 && prefix < a.length && prefix < b.length && a[prefix] === b[prefix]) prefix += 1;
	return base + prefix * 0.1 * (1 - base);
}

/** Whether the texts differ by one typing slip: a letter wrong, missing, added, or two neighbours exchanged. */
export function isOneSlip(a: string, b: string): boolean {
	if (a === b || Math.abs(a.length - b.length) > 1) return false;
	if (a.length === b.length) {
		let first = 0;
		while (first < a.length && a[first] === b[first]) first += 1;
		if (a.slice(first + 1) === b.slice(first + 1)) return true;
		return a[first] === b[first + 1] && a[first + 1] === b[first] && a.slice(first + 2) === b.slice(first + 2);
	}
	return distance(a, b) === 1;
}

/** How a word sounds: the primary code of Double Metaphone, or the word itself where it has none (digits, other scripts). */
export function soundOf(word: string): string {
	const [primary] = doubleMetaphone(word);
	return primary === '' ? word : primary;
}

/**
 * Two words of a name: the same, close, or different. Close is Jaro-Winkler of at least 0.9 (Winkler's customary cut), a single slip in
 * words of four letters and more, or an equal sound with Jaro-Winkler of at least 0.8. Scripts without sound codes have the first two only.
 */
export function wordsAgree(a: string, b: string): 'same' | 'close' | 'different' {
	if (a === b) return 'same';
	const similarity = jaroWinkler(a, b);
	if (similarity >= 0.9) return 'close';
	if (Math.min(a.length, b.length) >= 4 && isOneSlip(a, b)) return 'close';
	if (similarity >= 0.8 && soundOf(a) === soundOf(b)) return 'close';
	return 'different';
}
