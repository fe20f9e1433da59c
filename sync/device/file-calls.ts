/**
 * Photos and documents, in the words of `DeviceApi`.
 */
import { DraftCalls } from './draft-calls.ts';
import type { FilesApi } from './files-api.ts';

type Asked<Name extends keyof FilesApi> = Parameters<FilesApi[Name]>[0];
const never = new AbortController().signal;

export abstract class FileCalls extends DraftCalls implements FilesApi {
	/** Sends what an earlier run of the app left unsent, and goes on trying. */
	sendFiles(): void {
		this.members.exchange.wake();
	}

	async attachFile(request: Asked<'attachFile'>): ReturnType<FilesApi['attachFile']> {
		return this.writing(({ files }) => files.attach(request, this.members.exchange));
	}

	async files(ref: Asked<'files'>): ReturnType<FilesApi['files']> {
		return this.reading(({ files }) => files.list(ref));
	}

	async openFile({ ref, entry }: Asked<'openFile'>): ReturnType<FilesApi['openFile']> {
		return this.reading(({ files }) => files.open(ref, entry, this.members.exchange, never));
	}

	async fetchFiles(refs: Asked<'fetchFiles'>): ReturnType<FilesApi['fetchFiles']> {
		return this.reading(({ files }) => files.fetchAll(refs, this.members.exchange, never));
	}
}
