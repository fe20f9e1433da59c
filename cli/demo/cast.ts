/** Who works in the demo's district. Everybody is made up; the passphrases are printed, so none of this is a secret. */
import type { Role, SiteKind } from '../../sync/membership/types.ts';
import type { SiteKey } from './district.ts';

export const DISTRICT_NAME = 'Ziwa District Health';
export const REGION_NAME = 'Ziwa Region';
export const DEMO_SITES: readonly { readonly key: SiteKey; readonly name: string; readonly kind: SiteKind }[] = [
	{ key: 'kibarani', name: 'Kibarani Clinic', kind: 'clinic' },
	{ key: 'lwanda', name: 'Lwanda Clinic', kind: 'clinic' },
	{ key: 'outreach', name: 'Ferry Outreach Team', kind: 'outreach' }
];

export interface CastMember {
	readonly name: string;
	readonly role: Role;
	readonly sites: readonly (SiteKey | 'region')[];
	readonly passphrase: string;
	readonly does: string;
}

export const OWNER: CastMember = { name: 'Dr Grace Lema', role: 'owner', sites: ['region'], passphrase: 'maize bicycle lantern river', does: 'owns the organization: adds sites, invites people' };

export const CAST: readonly CastMember[] = [
	{ name: 'Nurse Neema Massawe', role: 'clinician', sites: ['kibarani'], passphrase: 'mango drum harbour kettle', does: 'sees patients at Kibarani Clinic' },
	{ name: 'Nurse Peter Wekesa', role: 'clinician', sites: ['lwanda'], passphrase: 'copper basket monsoon candle', does: 'sees patients at Lwanda Clinic' },
	{ name: 'Halima Juma', role: 'health-worker', sites: ['outreach', 'lwanda'], passphrase: 'sandal thunder papaya ladder', does: 'visits homes, and helps at Lwanda Clinic' },
	{ name: 'Agnes Shayo', role: 'reviewer', sites: ['region'], passphrase: 'saffron compass orchard violin', does: 'reviews and links charts for the region' },
	{ name: 'Salim Hassan', role: 'receptionist', sites: ['kibarani'], passphrase: 'cedar window pepper anchor', does: 'registers patients at Kibarani Clinic; reads no clinical record' }
];

/**
 * Who records what the demo begins with: clerks for the registers, an office for the region's links. Their devices end with the building, so
 * that no member whose device is handed over has written anything. Their passphrases are drawn and forgotten.
 *
 * Three of them and the owner are open at once: RxDB without its paid plugins opens no more in one process.
 */
export interface Clerk {
	readonly name: string;
	readonly role: Role;
	readonly sites: readonly (SiteKey | 'region')[];
}
export const CLERKS: readonly Clerk[] = [
	{ name: 'Register clerk, Kibarani', role: 'clinician', sites: ['kibarani'] },
	{ name: 'Register clerk, Lwanda and Ferry', role: 'clinician', sites: ['lwanda', 'outreach'] },
	{ name: 'Records office, Ziwa Region', role: 'reviewer', sites: ['region'] }
];
