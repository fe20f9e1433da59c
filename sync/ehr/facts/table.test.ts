import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RECORDED_TYPES } from '../../fhir/elements.ts';
import { CHECKS } from '../checks/table.ts';
import { reconciliationPage } from '../page.ts';
import { DISCREPANCY_KINDS } from '../view.ts';
import { FACT_RULES, FACTS } from './table.ts';

describe('the reconciliation table', () => {
	it('has one row for every recorded type, and no other', () => {
		expect(FACT_RULES.map(({ type }) => type).sort()).toEqual([...RECORDED_TYPES].sort());
	});

	it('gives every row and every check a reason of its own', () => {
		const reasons = [...FACT_RULES, ...CHECKS].map(({ reason }) => reason);
		expect(new Set(reasons).size).toBe(reasons.length);
		for (const reason of reasons) {
			expect(reason.length).toBeGreaterThan(30);
			expect(reason).not.toMatch(/\b(default|generic|same as|see above|n\/a|tbd|various)\b/i);
		}
	});

	it('reads only recorded types, and accounts for every kind of discrepancy', () => {
		for (const { reads } of CHECKS) if (reads !== 'all') for (const type of reads) expect(FACTS.has(type), type).toBe(true);
		const told = new Set([...CHECKS.flatMap(({ finds }) => finds), ...FACT_RULES.flatMap(({ differences, twice }) => [...differences.map(({ kind }) => kind), ...(twice === null ? [] : ['recorded-twice' as const])])]);
		expect(DISCREPANCY_KINDS.filter((kind) => !told.has(kind)).sort()).toEqual(['demographics-differ', 'linked-and-not-same', 'value-conflict']);
	});
});

describe('docs/reconciliation.md', () => {
	it('is current (npx tsx sync/ehr/generate/page.ts writes it)', () => {
		expect(readFileSync(new URL('../../../docs/reconciliation.md', import.meta.url), 'utf8')).toBe(reconciliationPage());
	});
});
