/**
 * Time and randomness as arguments.
 *
 * The rooms from `change` to `matching` know no clock and no random source but these, so that a test or the simulator replays
 * a run exactly from a seed. The real ones (`Date.now`, `crypto.getRandomValues`) are made where a device starts.
 */
export interface Clock {
	/** milliseconds since 1970, integer; may be wrong, may jump, may go backwards */
	now(): number;
}

export interface Random {
	/** `n` fresh bytes, unpredictable to others outside of tests */
	bytes(n: number): Uint8Array;
}

/** A clock that stands still until it is set. For tests. */
export function fixedClock(ms: number): Clock & { set(ms: number): void } {
	let present = ms;
	return {
		now: () => present,
		set: (next) => {
			present = next;
		}
	};
}

/** A clock that moves on by `stepMs` each time it is read. For tests. */
export function steppingClock(startMs: number, stepMs = 1): Clock {
	let next = startMs;
	return {
		now() {
			const present = next;
			next += stepMs;
			return present;
		}
	};
}

/**
 * Bytes that follow from a seed (sfc32, Chris Doty-Humphrey's PractRand generator). For tests and the simulator only:
 * whoever has seen some of the bytes can compute the rest.
 */
export function seededRandom(seed: number | string): Random {
	let [a, b, c, counter] = spread(String(seed));
	const next = (): number => {
		const out = (((a + b) | 0) + counter) | 0;
		counter = (counter + 1) | 0;
		a = b ^ (b >>> 9);
		b = (c + (c << 3)) | 0;
		c = (c << 21) | (c >>> 11);
		c = (c + out) | 0;
		return out >>> 0;
	};
	for (let i = 0; i < 16; i++) next();
	return {
		bytes(n) {
			const out = new Uint8Array(n);
			for (let i = 0, word = 0; i < n; i++, word >>>= 8) {
				if (i % 4 === 0) word = next();
				out[i] = word & 255;
			}
			return out;
		}
	};
}

/** FNV-1a of the seed's text, four times with different beginnings. */
function spread(text: string): [number, number, number, number] {
	const word = (start: number): number => {
		let hash = start;
		for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
		return hash | 0;
	};
	return [word(0x811c9dc5), word(0x9e3779b9), word(0x7f4a7c15), 1];
}
