/**
 * What `npm run bench` prints: a table for people, one JSON line per figure for programs. Ratios are Saddlebag to its peer of the same
 * run; absolute times depend on the machine.
 */
export interface Figure {
	readonly bench: string;
	readonly unit: 'ms' | 'per s' | 'share' | 'bytes';
	readonly saddlebag: number;
	/** the peer's figure of the same run, null where nothing compares */
	readonly peer: number | null;
	/** higher is better for rates, lower for times */
	readonly goal: string | null;
	readonly met: boolean | null;
	readonly runs: number;
}

const round = (value: number) => Number(value.toPrecision(4));

/** Middle of the sorted values; of two middles the mean. */
export function median(values: readonly number[]): number {
	if (values.length === 0) throw new RangeError('the median of nothing');
	const sorted = [...values].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const upper = sorted[middle] ?? 0;
	return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2;
}

/** @param share 0..1 */
export function quantile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function printFigures(figures: readonly Figure[]): void {
	const rows = figures.map((f) => [
		f.bench, `${round(f.saddlebag)} ${f.unit}`, f.peer === null ? '' : `${round(f.peer)} ${f.unit}`, f.peer === null ? '' : String(round(f.saddlebag / f.peer)),
		f.goal ?? '', f.met === null ? '' : f.met ? 'met' : 'NOT MET', String(f.runs)
	]);
	const head = ['bench', 'saddlebag', 'peer', 'ratio', 'goal', '', 'runs'];
	const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
	const line = (cells: readonly string[]) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd();
	console.log(line(head));
	console.log(widths.map((width) => '-'.repeat(width)).join('  '));
	for (const row of rows) console.log(line(row));
	console.log('');
	for (const f of figures)
		console.log(JSON.stringify({ bench: f.bench, unit: f.unit, saddlebag: round(f.saddlebag), peer: f.peer === null ? null : round(f.peer), ratio: f.peer === null ? null : round(f.saddlebag / f.peer) }));
}
