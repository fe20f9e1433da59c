/**
 * `docs/merge-rules.md`, written from the table, so that clinicians read the very rules that the code applies.
 */
import { RECORDED_TYPES } from '../../fhir/elements.ts';
import { compartmentsOf, DEFINITIONS, groupsOf } from '../../fhir/groups.ts';
import { NEVER } from '../../fhir/groups/definition.ts';
import type { Order, Row } from './row.ts';
import { RULES_VERSION, TABLE } from './table.ts';

const INTRODUCTION = `# Merge rules

Generated from \`sync/merge/rules/\` by \`npx tsx sync/merge/rules/generate/page.ts\`; a test fails when it is stale. Version ${RULES_VERSION} of the table.

A group is a set of FHIR elements that mean something only together; a change that writes one writes all of them. A group's state is the set
of writes that nobody who had seen them has replaced. One distinct value among them is the value. Several, written by people who could not see
each other, are decided by the group's rule:

| rule | shown meanwhile | review |
| --- | --- | --- |
| last | the later by clock, then change id; the other author is told and can restore theirs | no |
| both | all values, marked; the order says which leads where only one has room | yes |
| safest | the first in the declared order; a word that the order lacks is shown beside it | yes |
| union | every item; an item is removed only by someone who had seen it. Two bodies under one key: both, or the last | where both |
| append | every entry, in the order of writing | no |
| furthest | the step that is furthest along; contradicting steps are shown both | contradictions |
| frozen | what was final stays: a later value is an amendment and stands beside the original; the clock never chooses the original | amendments, finals or drafts that had not seen each other |

What a person may decide where a rule may not, and why, is in [reviews.md](reviews.md).

Never recorded, in any type: ${Object.entries(NEVER).map(([element, why]) => `\`${element}\` (${why})`).join('; ')}.
`;

/** The whole page. */
export const rulesPage = (): string => `${INTRODUCTION}\n${RECORDED_TYPES.map(section).join('\n')}`;

function section(type: (typeof RECORDED_TYPES)[number]): string {
	const never = Object.entries(DEFINITIONS[type].never).map(([element, why]) => `\`${element}\` (${why})`);
	const rows = TABLE[type].map((row) => `| ${row.group} | ${elementsOf(type, row)} | ${row.rule} | ${details(row)} | ${row.reason} |`);
	return [
		`## ${type}`, '',
		`Compartments: ${compartmentsOf(type).join(', ')}.${never.length === 0 ? '' : ` Not recorded: ${never.join('; ')}.`}`, '',
		'| group | elements | rule | order, keys | why |', '| --- | --- | --- | --- | --- |', ...rows, ''
	].join('\n');
}

const elementsOf = (type: string, row: Row): string => (groupsOf(type).get(row.group)?.elements ?? []).map(({ name }) => `\`${name}\``).join(', ');

const ranked = (order: Order): string => `by ${order.of}: ${order.ranks.join(' > ')}`;

function details(row: Row): string {
	switch (row.rule) {
		case 'last':
			return '';
		case 'both':
			return row.leads === undefined ? '' : `leads ${ranked(row.leads)}`;
		case 'safest':
			return ranked(row.order);
		case 'union':
			return `item: ${row.key.of}; same key: ${row.sameKey}${row.place === undefined ? '' : `; order by ${row.place.of}`}`;
		case 'append':
			return `item: ${row.key.of}`;
		case 'furthest':
			return `${ranked(row.order)}. Contradictions: ${contradictions(row.contradictions)}`;
		case 'frozen':
			return `final when ${row.final.of}`;
	}
}

/** Pairs as people say them: what contradicts every step is named once. */
function contradictions(pairs: readonly (readonly [string, string])[]): string {
	const retraction = 'entered-in-error';
	const others = pairs.filter((pair) => !pair.includes(retraction)).map(([a, b]) => `${a} and ${b}`);
	return [...others, ...(others.length < pairs.length ? [`${retraction} and any other`] : [])].join('; ');
}
