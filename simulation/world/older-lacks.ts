/**
 * What the older version of the app does not know, and how that is taken out of its source: a resource type, a group that is set as a whole,
 * and a group that is a list.
 */
import type { SourcePatch } from '../bundle.ts';

export const OLDER_LACKS: { readonly types: readonly string[]; readonly groups: readonly string[] } = {
	types: ['Flag'], groups: ['Patient.marital', 'Condition.notes']
};

const oneOf = (names: readonly string[], what: string): string => `${JSON.stringify(names)}.includes(${what})`;

export const OLDER_PATCHES: readonly SourcePatch[] = [
	{
		file: 'sync/fhir/elements.ts', find: 'RECORDED_TYPES.some((type) => type === value)',
		replace: `RECORDED_TYPES.some((type) => type === value && !${oneOf(OLDER_LACKS.types, 'type')})`
	},
	{
		file: 'sync/fhir/groups.ts', find: 'for (const [name, members] of Object.entries(definition.groups)) {',
		replace: `for (const [name, members] of Object.entries(definition.groups)) {\n\t\tif (${oneOf(OLDER_LACKS.groups, '`${type}.${name}`')}) continue;`
	},
	{ file: 'sync/merge/rules/table.ts', find: 'TABLE[type].map(', replace: 'TABLE[type].filter((row) => groupNamed(type, row.group) !== null).map(' },
	{ file: 'sync/merge/rules/table.ts', find: 'export const RULES_VERSION = ', replace: 'export const RULES_VERSION = -1 + ' }
];
