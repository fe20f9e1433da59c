import { expect, test } from 'vitest';
import type { Hash, Id } from '$sync/change/change.ts';
import type { OrganizationInfo } from '$sync/device/api.ts';
import type { Role } from '$sync/membership/types.ts';
import { rightsAt } from './rights.ts';

const working = (role: Role | null): OrganizationInfo => ({
	org: 'o' as Hash, name: '', root: 's' as Id, members: [], waiting: 0, refused: 0, can: { addSite: false, invite: false, link: false },
	sites: [{ site: 's' as Id, parent: null, kind: 'clinic', name: 'Bwera', posted: true, role }]
});

test('a receptionist registers and corrects, and has no key for clinical entries: nothing there is "not recorded"', () => {
	expect(rightsAt(working('receptionist'), 's')).toEqual({ readsClinical: false, writesDesk: true, writesClinical: false, writesRestricted: false, registers: true, unlinks: false });
});
test('a reviewer links and registers nobody', () => expect(rightsAt(working('reviewer'), 's')).toMatchObject({ registers: false, unlinks: true }));
test('a clinician does all of it', () => expect(rightsAt(working('clinician'), 's')).toEqual({ readsClinical: true, writesDesk: true, writesClinical: true, writesRestricted: false, registers: true, unlinks: true }));
test.each([[working(null), 's'], [working('clinician'), 'elsewhere'], [null, 's']] as const)('without a role there, copies can be read and nothing written', (organization, site) => {
	expect(rightsAt(organization, site)).toEqual({ readsClinical: true, writesDesk: false, writesClinical: false, writesRestricted: false, registers: false, unlinks: false });
});
