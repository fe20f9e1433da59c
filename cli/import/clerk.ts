/**
 * The device that imports: made for one import, or kept in a folder so that an interrupted one goes on.
 *
 * It joins as every device does, by an invitation, a compared code and an admission; nothing lets a command line in by another door.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { toBase64url, toHex } from '../../sync/change/base64url.ts';
import type { DeviceApi, LockState } from '../../sync/device/api.ts';
import type { Device } from '../../sync/device/device.ts';
import { createHeadlessDevice } from '../../sync/device/headless.ts';
import { systemRandom } from '../../sync/device/ports.ts';
import { err, ok, problem, type Problem, type Result } from '../../sync/result.ts';
import { openFileJournal } from '../../sync/store/fileJournal.ts';
import { journaledStorage } from '../../sync/store/index.ts';

export interface ClerkOptions {
	/** folder of a kept device; null for one that ends with this process */
	readonly folder: string | null;
	/** link; needed once */
	readonly invitation: string | null;
	readonly name: string;
	/** asked for when a kept device is made or unlocked; null: nobody can be asked */
	readonly passphrase: () => Promise<string | null>;
	readonly signal: { readonly aborted: boolean };
	/** ms between looking whether the admission has come */
	readonly pollMs: number;
	readonly print: (line: string) => void;
}

export interface Clerk {
	readonly device: Device;
	readonly close: () => Promise<void>;
}

/** An unlocked device. */
export async function openClerk(options: ClerkOptions): Promise<Result<Clerk, Problem>> {
	const opened = await openDevice(options.folder);
	if (!opened.ok) return opened;
	const { device, close } = opened.value;
	const entered = await enter(device, options);
	if (entered.ok) return opened;
	await close();
	return entered;
}

async function openDevice(folder: string | null): Promise<Result<Clerk, Problem>> {
	if (folder === null) {
		const device = await createHeadlessDevice({ name: `import-${toHex(systemRandom.bytes(4))}` });
		return ok({ device, close: () => device.close() });
	}
	try {
		mkdirSync(folder, { recursive: true, mode: 0o700 });
		const journal = await openFileJournal(path.join(folder, 'journal'));
		const device = await createHeadlessDevice({ name: 'import', storage: await journaledStorage(journal) });
		return ok({
			device,
			close: async () => {
				await device.close();
				await journal.close();
			}
		});
	} catch (failure) {
		return err(problem('no-device', `The device in ${folder} cannot be opened: ${failure instanceof Error ? failure.message : String(failure)}`));
	}
}

async function enter(device: DeviceApi, options: ClerkOptions): Promise<Result<null, Problem>> {
	let state = await device.lockState();
	let passphrase: string | null = null;
	if (state.kind === 'empty') {
		if (options.invitation === null) return err(problem('no-invitation', 'This device belongs to no organization yet: give the link of an invitation with --invitation.'));
		// a device that ends with this process is never unlocked again: nobody has to remember anything
		passphrase = options.folder === null ? toBase64url(systemRandom.bytes(24)) : await options.passphrase();
		if (passphrase === null) return noPassphrase();
		const answered = await device.answerInvitation({ link: options.invitation, name: options.name, passphrase });
		if (!answered.ok) return answered;
		state = await device.lockState();
	}
	if (state.kind === 'awaiting-admission') {
		options.print(`Read this code to the person who invited you, who must see the same one and then admits you:\n\n    ${state.code}\n\nWaiting for the admission …`);
		state = await admission(device, options);
	}
	if (state.kind === 'unlocked') return ok(null);
	if (state.kind !== 'locked') return err(problem('cancelled', 'Cancelled before the admission came. Nothing was imported.'));
	const [user] = state.users;
	if (user === undefined) return err(problem('no-device', 'This device has no user.'));
	passphrase ??= await options.passphrase();
	if (passphrase === null) return noPassphrase();
	const unlocked = await device.unlock({ member: user.member, passphrase });
	return unlocked.ok ? ok(null) : unlocked;
}

const noPassphrase = (): Result<never, Problem> => err(problem('no-passphrase', 'A passphrase is needed: set SADDLEBAG_PASSPHRASE, or run this on a terminal.'));

async function admission(device: DeviceApi, { signal, pollMs }: ClerkOptions): Promise<LockState> {
	for (;;) {
		await device.syncNow();
		const state = await device.lockState();
		if (state.kind !== 'awaiting-admission' || signal.aborted) return state;
		await pause(pollMs);
	}
}
