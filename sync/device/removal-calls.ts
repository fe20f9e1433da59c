/**
 * Taking away, the late lane and the recovery kit, in the words of `DeviceApi`: each line hands the question to the part that answers it.
 */
import type { DeviceApi, Outcome } from './api.ts';
import { MembersCalls } from './members-calls.ts';

type Asked<Name extends keyof DeviceApi> = Parameters<DeviceApi[Name]>[0];

export abstract class RemovalCalls extends MembersCalls {
	async removalEffect(removal: Asked<'removalEffect'>): ReturnType<DeviceApi['removalEffect']> {
		return this.reading(async ({ revoking }) => revoking.effect(removal));
	}
	async revoke(request: Asked<'revoke'>): ReturnType<DeviceApi['revoke']> {
		return this.withNewKeys(({ revoking, ingest }) => revoking.revoke(request, () => ingest.run()));
	}
	async lateWork(request: Asked<'lateWork'>): ReturnType<DeviceApi['lateWork']> {
		return this.reading(({ lateDesk }) => lateDesk.lateWork(request));
	}
	async adoptLate(request: Asked<'adoptLate'>): ReturnType<DeviceApi['adoptLate']> {
		return this.writing(({ lateDesk }) => lateDesk.adoptLate(request));
	}

	async appVersions(): ReturnType<DeviceApi['appVersions']> {
		return this.reading(async ({ versions }) => versions.versions());
	}
	async requireAppVersion(version: Asked<'requireAppVersion'>): ReturnType<DeviceApi['requireAppVersion']> {
		return this.withNewKeys(({ versions }) => versions.require(version));
	}

	async recoveryKits(): ReturnType<DeviceApi['recoveryKits']> {
		return this.reading(async ({ recovery }) => recovery.kits());
	}
	async makeRecoveryKit(request: Asked<'makeRecoveryKit'>): ReturnType<DeviceApi['makeRecoveryKit']> {
		return this.withNewKeys(({ recovery }) => recovery.make(request));
	}
	async readShare(text: string): ReturnType<DeviceApi['readShare']> {
		return this.reading(async ({ recovery }) => recovery.read(text));
	}
	async useRecoveryKit(request: Asked<'useRecoveryKit'>): Promise<Outcome<null>> {
		return this.withNewKeys(({ recovery }) => recovery.use(request));
	}
}
