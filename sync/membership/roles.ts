/**
 * What each role may read, write and do: one table, and nothing else in the project decides it.
 *
 * The key boundary is the policy boundary: a member's devices are given the keys of exactly the compartments in the `reads` column at
 * the sites the role reaches, so what is not in this table cannot be opened, whatever a screen or a server believes. The table
 * is part of the format: the verdict of every statement and change rests on it, so a row is never edited for an organization
 * that exists; a new right is a new role or a new kind of statement. `docs/roles.md` is generated from here.
 */
import type { Compartment } from '../change/change.ts';
import { ROLES, type Role } from './types.ts';

export const ACTS = [
	'found', 'add-site', 'invite', 'admit', 'grant', 'refuse', 'link', 'unlink', 'register', 'record', 'rotate', 'revoke', 'attest', 'recover', 'carry', 'share'
] as const;
export type Act = (typeof ACTS)[number];

/** `tree`: the site posted to and every site below it. `posted`: the site posted to, no other. */
export type Reach = 'tree' | 'posted';

export interface RoleRow {
	readonly reach: Reach;
	readonly reads: readonly Compartment[];
	readonly writes: readonly Compartment[];
	readonly acts: readonly Act[];
	/** roles that a holder may hand out where the role reaches: never one above their own */
	readonly grants: readonly Role[];
	/** why the row is as it is: shown in docs/roles.md */
	readonly because: string;
}

const BELOW_LEAD: readonly Role[] = ['clinician', 'health-worker', 'receptionist', 'laboratory', 'reviewer'];

export const ROLE_TABLE: { readonly [R in Role]: RoleRow } = {
	owner: {
		reach: 'tree',
		reads: ['desk', 'clinical', 'restricted'],
		writes: ['desk', 'clinical', 'restricted'],
		acts: ACTS,
		grants: ROLES,
		because: 'Answers for the organization. Granted at the root only. Holds the restricted keys, so that they cannot be lost with one person.'
	},
	lead: {
		reach: 'tree',
		reads: ['desk', 'clinical', 'restricted'],
		writes: ['desk', 'clinical', 'restricted'],
		acts: ['add-site', 'invite', 'admit', 'grant', 'refuse', 'link', 'unlink', 'register', 'record', 'rotate', 'revoke', 'attest', 'carry', 'share'],
		grants: ['lead', ...BELOW_LEAD],
		because: 'Runs a site and what lies below it. Makes the keys of new sites there, the restricted one included, so cannot but hold them.'
	},
	clinician: {
		reach: 'posted',
		reads: ['desk', 'clinical'],
		writes: ['desk', 'clinical'],
		acts: ['link', 'unlink', 'register', 'record', 'rotate', 'attest'],
		grants: [],
		because: 'Treats patients where posted. Whose posts cover both sites may link two charts: both records are open to them already.'
	},
	'health-worker': {
		reach: 'posted',
		reads: ['desk', 'clinical'],
		writes: ['desk', 'clinical'],
		acts: ['link', 'unlink', 'register', 'record', 'rotate', 'attest'],
		grants: [],
		because: 'Registers and treats during outreach, often alone and offline: the same rights as a clinician, at the posts only.'
	},
	receptionist: {
		reach: 'posted',
		reads: ['desk'],
		writes: ['desk'],
		acts: ['register', 'rotate', 'attest'],
		grants: [],
		because: 'Registers and books. A link shares clinical records, which a receptionist may not read: a link made here is a proposal.'
	},
	laboratory: {
		reach: 'posted',
		reads: ['desk', 'clinical'],
		writes: ['clinical'],
		acts: ['record', 'rotate', 'attest'],
		grants: [],
		because: 'Needs to know whose sample it is and what was asked, and writes results. Changes no demographics.'
	},
	reviewer: {
		reach: 'tree',
		reads: ['desk', 'clinical'],
		writes: ['desk', 'clinical'],
		acts: ['link', 'unlink', 'record', 'rotate', 'attest'],
		grants: [],
		because: 'Works for a region: links charts and answers discrepancies, which are entries like others. Registers nobody.'
	}
};

export const readsComp = (role: Role, comp: Compartment): boolean => ROLE_TABLE[role].reads.includes(comp);
export const writesComp = (role: Role, comp: Compartment): boolean => ROLE_TABLE[role].writes.includes(comp);
export const allows = (role: Role, act: Act): boolean => ROLE_TABLE[role].acts.includes(act);
/** May a holder of `role` hand out `granted`? */
export const handsOut = (role: Role, granted: Role): boolean => ROLE_TABLE[role].grants.includes(granted);
export const reachesDown = (role: Role): boolean => ROLE_TABLE[role].reach === 'tree';

/** In the order of the table: for one word where a member holds several roles at a site. */
export const strongest = (roles: readonly Role[]): Role | null => ROLES.find((role) => roles.includes(role)) ?? null;
