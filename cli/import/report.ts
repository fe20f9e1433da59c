/** What an import did, added up over its files and told in lines for a terminal. Names of types come from files: maps, not objects. */
import type { ImportReport } from '../../sync/device/api.ts';

export class ImportTally {
	readonly recorded = new Map<string, number>();
	readonly notRecorded = new Map<string, number>();
	readonly leftOut = new Map<string, number>();
	readonly #charts = new Set<string>();
	already = 0;

	add(report: ImportReport): void {
		this.already += report.already;
		for (const { site, chart } of report.charts) this.#charts.add(`${site}/${chart}`);
		for (const part of ['recorded', 'notRecorded', 'leftOut'] as const) {
			for (const [name, count] of Object.entries(report[part])) this[part].set(name, (this[part].get(name) ?? 0) + count);
		}
	}

	get charts(): number {
		return this.#charts.size;
	}

	/** how many resources became changes */
	get total(): number {
		return sum(this.recorded);
	}

	lines(): readonly string[] {
		return [
			`${this.total} resources recorded in ${this.charts} charts${list(this.recorded)}`,
			`${this.already} were here already`,
			`${sum(this.notRecorded)} resources of types that Saddlebag does not record${list(this.notRecorded)}`,
			`${sum(this.leftOut)} elements left out of recorded resources${list(this.leftOut)}`
		];
	}
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((total, count) => total + count, 0);
const list = (counts: ReadonlyMap<string, number>): string =>
	counts.size === 0 ? '' : `:\n${[...counts].sort(([, a], [, b]) => b - a).map(([name, count]) => `  ${String(count).padStart(7)}  ${name}`).join('\n')}`;
