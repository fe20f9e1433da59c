/**
 * `docs/reconciliation.md`, written from the table of facts and the table of checks, so that clinicians read the very rules that the code applies.
 */
import { RECORDED_TYPES } from '../fhir/elements.ts';
import { CHECKS } from './checks/table.ts';
import { DEMOGRAPHICS } from './demographics.ts';
import type { FactRule } from './facts/rule.ts';
import { FACTS } from './facts/table.ts';

const INTRODUCTION = `# Reconciliation of linked charts

Generated from \`sync/ehr/\` by \`npx tsx sync/ehr/generate/page.ts\`; a test fails when it is stale.

The EHR view of a person is computed from the linked charts that its reader holds. It changes no chart. Entries that are the same fact are shown once, each with all its
sources (site, author, time, original); what they say differently, and what cannot be true or safe together, is a discrepancy. Retracted entries are not in it;
one that somebody took back while another, who had not seen that, said otherwise, stays in it and in its checks until it is decided.

A discrepancy can be answered (accepted risk, not a problem, will follow up, not sure). The answer cites the heads it judged and lapses when one of them moves;
an entry that a reader does not hold does not lapse it, an entry that it had not judged does. Two answers that differ leave it open. Values in conflict and contested
links are decided, not answered.
`;

/** The whole page. */
export function reconciliationPage(): string {
	const facts = RECORDED_TYPES.flatMap((type) => { const rule = FACTS.get(type); return rule === undefined ? [] : [row(rule)]; });
	const checks = CHECKS.map(({ finds, when, severity, reads, reason }) =>
		`| ${finds.map((kind) => `\`${kind}\``).join(', ')} | ${when} | ${severity} | ${reads === 'all' ? 'all types' : reads.join(', ')} | ${reason} |`);
	const person = DEMOGRAPHICS.map(({ element, contradiction, sameWhen, apartWhen }) => `| ${element} | ${sameWhen} | ${apartWhen} | ${contradiction === null ? (element === 'name' ? 'info' : '') : contradiction.severity} |`);
	return [
		INTRODUCTION, '## The same fact, by resource type', '',
		'| type | the same fact when | leads | differences told (severity) | told twice | why |', '| --- | --- | --- | --- | --- | --- |', ...facts, '',
		'## Between facts', '', '| discrepancy | when | severity | reads | why |', '| --- | --- | --- | --- | --- |', ...checks,
		'| `value-conflict` | a group of an entry has concurrent values that its merge rule may not settle alone (merge-rules.md) | warning | all types | It is decided by a person, and shown with all values until then. |',
		'| `linked-and-not-same` | a link between two of the charts is contested: linked and denied at once, or on a path between charts stated not to be the same | critical | Linkage | Two people shown as one is the worse error. |', '',
		'## The person', '', 'Discrepancies of the kind `demographics-differ`.', '', '| element | one value when | contradict each other when | severity |', '| --- | --- | --- | --- |', ...person, ''
	].join('\n');
}

function row({ type, sameWhen, leadsWhen, differences, twice, reason }: FactRule): string {
	const told = differences.map(({ kind, element, severity, differ }) => `\`${kind}\` of ${element} (${severity}${differ === undefined ? '' : '; `cannot-compare`, info, where units do not compare'})`);
	return `| ${type} | ${sameWhen} | ${leadsWhen} | ${told.join('; ')} | ${twice === null ? 'shown once' : twice.severity} | ${reason} |`;
}
