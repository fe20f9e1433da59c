/** The members' part of the fake device: made-up people and devices, enough to look at each screen. */
import type { Hash, Id } from '$sync/change/change.ts';
import type { DraftsApi } from '$sync/device/drafts-api.ts';
import type { FilesApi } from '$sync/device/files-api.ts';
import type { FrontierApi } from '$sync/device/frontier-api.ts';
import type { MembersApi } from '$sync/device/members-api.ts';
import { err, ok, problem } from '$sync/result.ts';

export const id = (n: number): Id => n.toString(16).padStart(32, '0') as Id;
export const hash = (n: number): Hash => n.toString(36).padStart(43, 'A') as Hash;
export const NOW = Date.UTC(2026, 7, 14, 9, 42);
export const [REGION, A, B] = [id(1), id(2), id(3)] as const;
export const siteNames = new Map<string, string>([[REGION, 'Kasese District'], [A, 'Bwera Health Post'], [B, 'Katwe Clinic']]);
const DAY_MS = 86_400_000;
const LONG = 'x'.repeat(1_800);

type Answer<F extends keyof (MembersApi & FrontierApi & DraftsApi & FilesApi)> = ReturnType<(MembersApi & FrontierApi & DraftsApi & FilesApi)[F]>;

export abstract class FakeMembers implements MembersApi, FrontierApi, DraftsApi, FilesApi {
	#pin = false;
	#drafts = new Map<string, string>();

	async attachFile(): Answer<'attachFile'> { return err(problem('not-allowed', 'A device in memory keeps no files.')); }
	async files(): Answer<'files'> { return ok([]); }
	async openFile(): Answer<'openFile'> { return err(problem('file-not-here', 'This file is not on this device, and there is no line to fetch it.')); }
	async fetchFiles(): Answer<'fetchFiles'> { return ok({ done: 0, total: 0 }); }
	async keepDraft({ name, text }: { readonly name: string; readonly text: string }): Answer<'keepDraft'> { this.#drafts.set(name, text); return ok(null); }
	async drafts(): Answer<'drafts'> { return ok([...this.#drafts].map(([name, text]) => ({ name, text, at: NOW }))); }
	async dropDraft(name: string): Answer<'dropDraft'> { this.#drafts.delete(name); return ok(null); }

	async access(): Answer<'access'> {
		const devices = (n: number, self = false) => [{ actor: hash(n), device: id(n), fingerprint: 'AB12 CD34 EF56', self }];
		return ok({
			grants: [
				{ member: id(11), name: 'Dr. Okello', site: REGION, siteName: 'Kasese District', role: 'owner', through: null, since: NOW - 90 * DAY_MS, by: 'Dr. Okello', devices: devices(6), reads: ['desk', 'clinical', 'restricted'] },
				{ member: id(11), name: 'Dr. Okello', site: A, siteName: 'Bwera Health Post', role: 'owner', through: REGION, since: NOW - 90 * DAY_MS, by: 'Dr. Okello', devices: devices(6), reads: ['desk', 'clinical', 'restricted'] },
				{ member: id(10), name: 'Nurse Amina', site: A, siteName: 'Bwera Health Post', role: 'clinician', through: null, since: NOW - 60 * DAY_MS, by: 'Dr. Okello', devices: [...devices(5, true), ...devices(8)], reads: ['desk', 'clinical'] },
				{ member: id(12), name: 'Ruth Biira', site: A, siteName: 'Bwera Health Post', role: 'receptionist', through: null, since: NOW - 3 * DAY_MS, by: 'Nurse Amina', devices: devices(7), reads: ['desk'] }
			],
			past: [{ member: id(14), name: 'John Masika', removed: { kind: 'member', member: id(14) }, at: NOW - 20 * DAY_MS, by: 'Dr. Okello', reason: 'Left in July' }]
		});
	}
	async removalEffect(): Answer<'removalEffect'> {
		return ok({ allowed: true, why: null, places: [{ site: A, siteName: 'Bwera Health Post', comps: ['desk', 'clinical'] }], actors: [{ actor: hash(7), name: 'Ruth Biira', fingerprint: 'AB12 CD34 EF56' }], warnings: ['What this device has received stays readable on it. It cannot be called back.'] });
	}
	async revoke(): Answer<'revoke'> { return ok({ statement: hash(77), renewed: 2, left: 0 }); }
	async lateWork(): Answer<'lateWork'> {
		return ok([{ actor: hash(9), name: 'John Masika', ref: { site: A, chart: id(20) }, siteName: 'Bwera Health Post', patient: 'MBABAZI, Grace', changes: [{ change: hash(300), type: 'Observation', id: id(301), comp: 'clinical', at: NOW - DAY_MS }], writable: true }]);
	}
	async adoptLate(): Answer<'adoptLate'> { return ok({ adopted: 1 }); }
	async reinvite(): Answer<'reinvite'> { return this.invitation(); }
	async invitation(): Answer<'invitation'> { return ok({ link: `https://hub.example/join#${'x'.repeat(80)}`, offline: `https://hub.example/join#${'y'.repeat(700)}`, invitation: id(70), expires: NOW + 7 * DAY_MS }); }
	async carriedAnswer(): Answer<'carriedAnswer'> { return ok({ text: LONG, codes: [LONG.slice(0, 900), LONG.slice(900)], name: 'answer.saddlebag' }); }
	async takeAnswer(): Answer<'takeAnswer'> { return ok({ invitation: id(70), answer: 'aa', name: 'Nurse Joy', grants: [{ site: B, siteName: 'Katwe Clinic', role: 'clinician' }], code: 'K7QP-3MZW', expired: false }); }
	async admitOffline(): Answer<'admitOffline'> { return ok({ text: LONG, codes: [LONG.slice(0, 900), LONG.slice(900)], name: 'admission.saddlebag' }); }
	async takeAdmission(): Answer<'takeAdmission'> { return ok(null); }
	async scanned(): Answer<'scanned'> { return ok({ kind: 'more', have: 1, of: 2 }); }
	abstract appearAs(request: Parameters<MembersApi['appearAs']>[0]): Answer<'appearAs'>;
	async changePassphrase(): Answer<'changePassphrase'> { return ok(null); }
	async quickUnlocks(): Answer<'quickUnlocks'> { return [{ member: id(10), pin: { triesLeft: 4 }, passkeys: [] }, { member: id(11), pin: this.#pin ? { triesLeft: 5 } : null, passkeys: [] }]; }
	async setPin(): Answer<'setPin'> { this.#pin = true; return ok(null); }
	abstract unlockWithPin(request: Parameters<MembersApi['unlockWithPin']>[0]): Answer<'unlockWithPin'>;
	async passkeySalt(): Answer<'passkeySalt'> { return ok({ salt: 'AAAA', user: 'AAAA' }); }
	async addPasskey(): Answer<'addPasskey'> { return ok(null); }
	async unlockWithPasskey(): Answer<'unlockWithPasskey'> { return err(problem('no-passkey', 'This device has no such key.')); }
	async removePasskey(): Answer<'removePasskey'> { return ok(null); }
	async removeUser(): Answer<'removeUser'> { return err(problem('unsent', 'This person has 4 records that are only on this device.')); }
	async recoveryKits(): Answer<'recoveryKits'> { return ok([{ kit: 'K3F7', made: NOW - 80 * DAY_MS, by: 'Dr. Okello', needed: 2, of: 3, ended: false, uses: [] }]); }
	async appVersions(): Answer<'appVersions'> { return ok({ running: '0.1.0', required: null, outdated: false, mayRequire: true }); }
	async requireAppVersion(): Answer<'requireAppVersion'> { return ok(null); }
	async makeRecoveryKit({ needed, of }: { readonly needed: number; readonly of: number }): Answer<'makeRecoveryKit'> {
		return ok(Array.from({ length: of }, (_, n) => ({ kit: 'M8QA', number: n + 1, of, needed, text: 'SB-KIT-M8QA '.concat('K7QP-3MZW-'.repeat(8)) })));
	}
	async readShare(text: string): Answer<'readShare'> { return text.length < 10 ? err(problem('bad-share', 'This share has a typing error.')) : ok({ kit: 'K3F7', number: 1, of: 3, needed: 2, text }); }
	async useRecoveryKit(): Answer<'useRecoveryKit'> { return ok(null); }
	async unsent(): Answer<'unsent'> { return { changes: 12, nowhereElse: 9, statements: 1, oldest: NOW - 2 * DAY_MS, bytesLeft: 40_000_000, nearlyFull: true }; }
	async whereKnown(changes: readonly Hash[]): Answer<'whereKnown'> {
		return ok(changes.map((change) => ({ change, here: true, hubs: [{ hub: 'https://hub.example', at: NOW }], devices: [{ device: id(6), names: ['Dr. Okello'], at: NOW }], inFile: null })));
	}
	async exportUnsent(): Answer<'exportUnsent'> { return ok({ name: 'saddlebag-unsent.bin', bytes: new Uint8Array(2_000), documents: 13, file: 'f' }); }
	async savedUnsent(): Answer<'savedUnsent'> { return ok(null); }
	async importFile(): Answer<'importFile'> { return ok({ organization: hash(1), envelopes: 9, statements: 1, already: 3, refused: [] }); }
	async wipe(): Answer<'wipe'> { return err(problem('unsent', 'This device holds the only copy of 9 records.')); }
	async breakGlass(): Answer<'breakGlass'> { return err(problem('not-allowed', 'You do not hold the key of the restricted part.')); }
	async accessLog(): Answer<'accessLog'> {
		return ok({
			records: [
				{ ref: { site: A, chart: id(20) }, siteName: 'Bwera Health Post', patient: 'MBABAZI, Grace', kind: 'glass', reason: 'Unconscious, needs her medicines', actor: hash(6), name: 'Dr. Okello', at: NOW - 3_600_000 },
				{ ref: { site: A, chart: id(20) }, siteName: 'Bwera Health Post', patient: 'MBABAZI, Grace', kind: 'opened', reason: null, actor: hash(5), name: 'Nurse Amina', at: NOW - DAY_MS }
			],
			broken: [{ actor: hash(7), name: 'Ruth Biira', what: 'Records 4 to 6 are missing.' }]
		});
	}
	async ownFrontier(): Answer<'ownFrontier'> { return ok(LONG); }
	async compareFrontier(): Answer<'compareFrontier'> { return ok({ others: ['Dr. Okello'], at: NOW, same: 8, behind: 1, ahead: 2, alarms: [], notCompared: 0 }); }
}
