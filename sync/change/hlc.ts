/**
 * Hybrid logical clock (Kulkarni, Demirbas and others, "Logical Physical Clocks", 2014): 48 bits of milliseconds since 1970 and
 * 16 of counter, as text that sorts as it counts: `00000000018f-0000`.
 *
 * It orders concurrent writes only; causality comes from deps. A wrong clock makes no change invalid, and a clock that runs ahead
 * elsewhere does not drag this one along: a reading more than a minute ahead of the wall clock is not taken over.
 */
import type { Hlc } from './change.ts';

/** Milliseconds: how far ahead of the wall clock a remote reading may be and still move the local clock. */
export const DRIFT_MS_MAX = 60_000;
const MS_MAX = 2 ** 48 - 1;
const COUNTER_MAX = 0xffff;
const HLC = /^[0-9a-f]{12}-[0-9a-f]{4}$/;

export const isHlc = (value: unknown): value is Hlc => typeof value === 'string' && HLC.test(value);

/** A reading from its parts. `ms` outside of 48 bits is moved to the nearest end. */
export function hlc(ms: number, counter = 0): Hlc {
	const text = `${clampMs(ms).toString(16).padStart(12, '0')}-${counter.toString(16).padStart(4, '0')}`;
	if (!isHlc(text)) throw new RangeError(`a counter is 0 to ${COUNTER_MAX}, not ${counter}`);
	return text;
}

/** Milliseconds since 1970 of a reading. */
export const hlcMs = (reading: Hlc): number => Number.parseInt(reading.slice(0, 12), 16);
/** Counter of a reading. */
export const hlcCounter = (reading: Hlc): number => Number.parseInt(reading.slice(13), 16);

/** Order of two readings: negative, 0, positive. */
export const compare = (a: Hlc, b: Hlc): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The next local reading, above `local` (null at the first). At the very end of the range the clock stands: it then no longer
 * orders concurrent writes, but neither fails nor runs over into 1970.
 */
export function tick(local: Hlc | null, wallMs: number): Hlc {
	const wall = clampMs(wallMs);
	if (local === null || wall > hlcMs(local)) return hlc(wall);
	return successor(local);
}

/** The local reading after a remote one was seen; unchanged when the remote is behind or too far ahead of the wall clock. */
export function receive(local: Hlc | null, remote: Hlc, wallMs: number): Hlc {
	const base = local ?? hlc(wallMs);
	if (hlcMs(remote) > clampMs(wallMs) + DRIFT_MS_MAX) return base;
	return compare(remote, base) > 0 ? remote : base;
}

function successor(reading: Hlc): Hlc {
	const counter = hlcCounter(reading);
	if (counter < COUNTER_MAX) return hlc(hlcMs(reading), counter + 1);
	return hlcMs(reading) < MS_MAX ? hlc(hlcMs(reading) + 1) : reading;
}

function clampMs(ms: number): number {
	if (!(ms > 0)) return 0;
	return Math.min(Math.floor(ms), MS_MAX);
}
