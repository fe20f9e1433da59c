/** Geometry of a plot: a proportional scale with round ticks. No style, no words. */

export interface Scale { readonly from: number; readonly to: number; readonly at: (value: number) => number; readonly ticks: readonly number[] }

const STEPS = [1, 2, 5] as const;

/** Round steps, about `count` of them. */
export function ticks(from: number, to: number, count: number): readonly number[] {
	const rough = (to - from) / Math.max(1, count);
	if (!(rough > 0) || !Number.isFinite(rough)) return [from];
	const power = 10 ** Math.floor(Math.log10(rough));
	const step = (STEPS.find((s) => s * power >= rough) ?? 10) * power;
	const found: number[] = [];
	for (let n = Math.ceil(from / step - 1e-9); n * step <= to + step * 1e-9; n++) found.push(Math.round(n * step * 1e6) / 1e6 + 0);
	return found;
}

/** Values `from` to `to` onto pixels `start` to `end` (which may run downwards). */
export function scale(from: number, to: number, start: number, end: number, marks: readonly number[] = ticks(from, to, 6)): Scale {
	const width = to === from ? 1 : to - from;
	return { from, to, at: (value) => start + ((value - from) / width) * (end - start), ticks: marks };
}

const px = (value: number): string => (Math.round(value * 10) / 10).toString();
/** Straight lines from point to point. */
export const path = (points: readonly { readonly x: number; readonly y: number }[], x: Scale, y: Scale): string => points.map((p, n) => `${n === 0 ? 'M' : 'L'}${px(x.at(p.x))} ${px(y.at(p.y))}`).join('');
