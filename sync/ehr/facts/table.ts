/** The table of facts: per resource type what makes two entries the same fact, which leads, and which differences are discrepancies. */
import { ALLERGIES } from './allergies.ts';
import { MEDICINES_TAKEN, PRESCRIPTIONS } from './medications.ts';
import { BY_IDENTIFIER, FINDINGS, PROCEDURES, REPORTS } from './others.ts';
import { PROBLEMS } from './problems.ts';
import type { FactRule } from './rule.ts';
import { VACCINES } from './vaccines.ts';

export const FACTS: ReadonlyMap<string, FactRule> = new Map(
	[ALLERGIES, PROBLEMS, PRESCRIPTIONS, MEDICINES_TAKEN, VACCINES, FINDINGS, PROCEDURES, REPORTS, ...BY_IDENTIFIER].map((rule) => [rule.type, rule])
);
