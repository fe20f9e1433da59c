/** The role table against the rules it must not break, and docs/roles.md against the table. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rolesPage } from './roles-page.ts';
import { handsOut, ROLE_TABLE, strongest } from './roles.ts';
import { ROLES } from './types.ts';

const PAGE = new URL('../../docs/roles.md', import.meta.url);

describe('the role table', () => {
	it('lets nobody write what they may not read, nor hand out a role that reads, writes or does more than their own', () => {
		for (const role of ROLES) {
			const { reads, writes, acts, grants } = ROLE_TABLE[role];
			expect(reads, role).toEqual(expect.arrayContaining([...writes]));
			for (const granted of grants) {
				expect(reads, `${role} grants ${granted}`).toEqual(expect.arrayContaining([...ROLE_TABLE[granted].reads]));
				expect(writes, `${role} grants ${granted}`).toEqual(expect.arrayContaining([...ROLE_TABLE[granted].writes]));
				expect(acts, `${role} grants ${granted}`).toEqual(expect.arrayContaining([...ROLE_TABLE[granted].acts]));
			}
		}
	});

	it('opens restricted for owners and leads only', () => {
		expect(ROLES.filter((role) => ROLE_TABLE[role].reads.includes('restricted'))).toEqual(['owner', 'lead']);
	});

	it('keeps linking from roles that may not read what a link shares', () => {
		for (const role of ROLES) if (ROLE_TABLE[role].acts.includes('link')) expect(ROLE_TABLE[role].reads, role).toContain('clinical');
	});

	it('names the strongest of several roles, and hands out nothing upwards', () => {
		expect(strongest(['receptionist', 'clinician'])).toBe('clinician');
		expect(strongest([])).toBeNull();
		expect(handsOut('lead', 'owner')).toBe(false);
		expect(handsOut('clinician', 'receptionist')).toBe(false);
	});

	it('is what docs/roles.md says', () => {
		if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, rolesPage());
		expect(readFileSync(PAGE, 'utf8'), 'run UPDATE_DOCS=1 npx vitest run sync/membership/roles.test.ts').toBe(rolesPage());
	});
});
