/**
 * Unfinished forms, in the words of `DeviceApi`.
 */
import { ok } from '../result.ts';
import { DeskIndexCalls } from './desk-index-calls.ts';
import type { DraftsApi } from './drafts-api.ts';

export abstract class DraftCalls extends DeskIndexCalls implements DraftsApi {
	async keepDraft(request: Parameters<DraftsApi['keepDraft']>[0]): ReturnType<DraftsApi['keepDraft']> {
		return this.reading(({ drafts }) => drafts.keep(request));
	}

	async drafts(): ReturnType<DraftsApi['drafts']> {
		return this.reading(async ({ drafts }) => ok(await drafts.all()));
	}

	async dropDraft(name: string): ReturnType<DraftsApi['dropDraft']> {
		return this.reading(async ({ drafts }) => ok(await drafts.drop(name)));
	}
}
