/**
 * `docs/roles.md`, written from the role table, so that what people read about rights is what the code enforces.
 * A test compares the file; `UPDATE_DOCS=1 npx vitest run sync/membership/roles.test.ts` writes it anew.
 */
import { COMPARTMENTS } from '../change/change.ts';
import { ACTS, ROLE_TABLE, type Act } from './roles.ts';
import { ROLES, type Role } from './types.ts';

const ACT_MEANING: { readonly [A in Act]: string } = {
	found: 'found the organization; name its hubs and their addresses',
	'add-site': 'add a site below one that the role reaches',
	invite: 'invite a person to a site, with a role',
	admit: 'admit the person who answered an own invitation',
	grant: 'post a member to a further site, or give a further role there',
	refuse: 'end an open invitation to what one may hand out (one\'s own always)',
	link: 'link two charts, or state that they are not of one person, with effect; without this right a link is a proposal',
	unlink: 'undo a link',
	register: 'register a patient: begin a chart',
	record: 'make clinical entries, and answer discrepancies',
	rotate: 'start a new epoch of a compartment that the role reads',
	revoke: 'remove a member, a device or a role: those that the role may hand out, at the sites it reaches',
	attest: 'say how far one\'s device holds the closed chain of somebody who was removed, in compartments that the role reads',
	recover: 'make a recovery kit; using one needs no role',
	carry: 'let a box carry the site’s envelopes, and end that',
	share: 'let other sites that the role reaches too find the site’s patients by its desk index, and end that'
};

const tick = (yes: boolean): string => (yes ? 'yes' : '-');
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
	return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

const rights = (role: Role): readonly string[] => {
	const { reach, reads, writes, grants } = ROLE_TABLE[role];
	const access = COMPARTMENTS.map((comp) => (writes.includes(comp) ? 'read, write' : reads.includes(comp) ? 'read' : '-'));
	return [role, reach === 'tree' ? 'the site and all below' : 'the site', ...access, grants.length === 0 ? '-' : grants.join(', ')];
};

/** The whole page, Markdown, ending in a newline. */
export function rolesPage(): string {
	return `# Roles

Written by \`sync/membership/roles-page.ts\` from the table in \`sync/membership/roles.ts\`; edit that, not this.

A grant is a role at a site. A member may hold several. What a role may read is exactly what its devices are given keys for; the hub's own rules are a second fence.

## What may be read, written and handed out

${table(['role', 'reaches', ...COMPARTMENTS, 'may grant'], ROLES.map(rights))}

The owner's role is granted at the root only. Nobody grants above their own role or outside the sites that their role reaches.

## What may be done

${table(['act', ...ROLES, 'is'], ACTS.map((act) => [act, ...ROLES.map((role) => tick(ROLE_TABLE[role].acts.includes(act))), ACT_MEANING[act]]))}

## Why

${ROLES.map((role) => `- **${role}**: ${ROLE_TABLE[role].because}`).join('\n')}

## Keys

- Each site has an epoch key for each compartment. An actor is given those of the compartments its roles read, at the sites they reach, with the older ones; nobody else is.
- \`restricted\` opens for owners and leads only, who make the keys and so hold them. Opening it to named others is a statement of its own, which this version does not know yet: such statements wait.
- Every member holds the roster key: names of members and sites are readable for all members, and for nobody else.

## Desk index

Who may \`share\` at a site and at others lets the members of those find the site's patients by name, year of birth and village, with the chart's id; who may \`share\` at the site ends it. Nobody is given
a key for it: what is found is sealed to the \`desk\` of each site that was named, so that the rows of that site are readable for who reads its \`desk\`, and for nobody else.

## Databases

| database | may read | may write | kept on the device |
| --- | --- | --- | --- |
| \`control\` | every device | every device | always |
| \`<site>-desk\` | roles that read \`desk\` and reach the site | roles that write \`desk\` there | always |
| \`<site>-care\` | roles that read \`clinical\` or \`restricted\` and reach the site | roles that write either there | where a member is posted; through the tree only for sites taken on |

A box that carries a site (a clinic box: a hub with an upstream) is a device without a person. It reads and writes \`control\` and both databases of each site it carries, is given no key, and can sign no
statement and no entry. Who may \`carry\` at all its sites lets it, and ends it; ended, its key is never let again.
`;
}
