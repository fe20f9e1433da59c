/**
 * Shared desk indexes, in the words of `DeviceApi`: beginning and ending a share are statements of the membership log.
 */
import type { DeviceApi } from './api.ts';
import { OrdersCalls } from './orders-calls.ts';

type Asked<Name extends keyof DeviceApi> = Parameters<DeviceApi[Name]>[0];

export abstract class DeskIndexCalls extends OrdersCalls {
	async sharedIndexes(): ReturnType<DeviceApi['sharedIndexes']> {
		return this.reading(async ({ deskIndex }) => deskIndex.shares());
	}

	async shareIndex({ site, among }: Asked<'shareIndex'>): ReturnType<DeviceApi['shareIndex']> {
		return this.said((_, { deskIndex }) => deskIndex.share(site, among));
	}

	async endSharedIndex({ share }: Asked<'endSharedIndex'>): ReturnType<DeviceApi['endSharedIndex']> {
		return this.said((_, { deskIndex }) => deskIndex.end(share));
	}
}
