/**
 * Padmé: sizes that say little (Nikitin and others, "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", 2019).
 *
 * A length keeps only its leading bits: it leaks O(log log n) bits instead of log n, and costs at most 12 %. Below
 * the floor all are one size, so that most entries of a chart look alike. The hub checks that a size is a padded one: a made-up
 * size would be a channel of its own.
 */

/** Bytes of the smallest padded plaintext of a change: most entries of a chart fit. */
export const CHANGE_FLOOR_BYTES = 512;

/** The padded length of `length` bytes (below 2^31), at least `floor`. */
export function padme(length: number, floor: number = CHANGE_FLOOR_BYTES): number {
	if (length <= floor) return floor;
	// clz32 and not Math.log2, whose last bit is the engine's business
	const exponent = 31 - Math.clz32(length);
	const kept = 32 - Math.clz32(exponent);
	const step = 2 ** (exponent - kept);
	return Math.ceil(length / step) * step;
}

/** Whether some plaintext of a change has this padded length. */
export const isPaddedLength = (length: number): boolean => length >= CHANGE_FLOOR_BYTES && padme(length) === length;
