/** How the figures of the growth standards stand in their tables: rows in rising order, each with WHO's L (power), M (median), S (coefficient of variation). */

/** [week, month or cm, L, M, S] */
export type Row = readonly [at: number, l: number, m: number, s: number];

export interface AgeTable {
	/** days within the first week, where weekly figures do not say enough */
	readonly days?: readonly Row[];
	/** completed weeks 0 to 13 */
	readonly weeks: readonly Row[];
	/** completed months; where there is `fromTwoYears`, 0 to 24 of children lying */
	readonly months: readonly Row[];
	/** months 24 to 60 of children standing: the measure changes at two years, and the figures with it */
	readonly fromTwoYears?: readonly Row[];
}

export interface LengthTable {
	/** cm, lying */
	readonly length: readonly Row[];
	/** cm, standing */
	readonly height: readonly Row[];
}
