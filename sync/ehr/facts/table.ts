/**
 * The table of facts: per resource type what makes two entries the same fact, which leads, and which differences are discrepancies.
 *
 * Every recorded type has its row, with its own reason (`table.test.ts`); docs/reconciliation.md is written from it.
 */
import { ALLERGIES } from './allergies.ts';
import { MEDICINES_TAKEN, PRESCRIPTIONS } from './medications.ts';
import { OTHERS } from './others.ts';
import { PROBLEMS } from './problems.ts';
import type { FactRule } from './rule.ts';
import { VACCINES } from './vaccines.ts';

export const FACT_RULES: readonly FactRule[] = [ALLERGIES, PROBLEMS, PRESCRIPTIONS, MEDICINES_TAKEN, VACCINES, ...OTHERS];
export const FACTS: ReadonlyMap<string, FactRule> = new Map(FACT_RULES.map((rule) => [rule.type, rule]));
