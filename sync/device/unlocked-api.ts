/**
 * What an unlocked user asks and does, in the words of `DeviceApi`: each line hands the question to the part that answers it.
 */
import type { Id } from '../change/change.ts';
import type { EhrView } from '../ehr/view.ts';
import { canRead } from '../membership/selectors.ts';
import { ok } from '../result.ts';
import { registerChartId } from '../verify/ids.ts';
import type { ChartRef, DeviceApi, ImportReport, Outcome, SaveRequest } from './api.ts';
import { placeHashes } from './hashes.ts';
import { notAllowed, notHere, refuse } from './outcome.ts';
import { REGISTER_TYPES } from './register-api.ts';
import type { Unlocked } from './unlocked.ts';

export abstract class UnlockedApi {
	/** long operations that can be called off, by the name the caller gave them */
	protected readonly operations = new Map<string, AbortController>();

	/** Runs what needs open keys and writes nothing. */
	protected abstract reading<T>(act: (unlocked: Unlocked) => Promise<Outcome<T>>): Promise<Outcome<T>>;
	/** Runs what writes, and sees to what follows from it. */
	protected abstract writing<T>(act: (unlocked: Unlocked) => Promise<Outcome<T>>): Promise<Outcome<T>>;

	async takeOn(site: Id): ReturnType<DeviceApi['takeOn']> {
		return this.writing((unlocked) => unlocked.takeOn(site));
	}

	async search(request: Parameters<DeviceApi['search']>[0]): ReturnType<DeviceApi['search']> {
		return this.reading(async ({ finding }) => ok(await finding.search(request)));
	}
	async possibleDuplicates(patient: Parameters<DeviceApi['possibleDuplicates']>[0]): ReturnType<DeviceApi['possibleDuplicates']> {
		return this.reading(async ({ finding }) => ok(await finding.duplicatesOf(patient)));
	}
	async registerPatient(request: Parameters<DeviceApi['registerPatient']>[0]): ReturnType<DeviceApi['registerPatient']> {
		return this.writing(({ linking }) => linking.register(request));
	}
	async bringHere(request: Parameters<DeviceApi['bringHere']>[0]): ReturnType<DeviceApi['bringHere']> {
		return this.writing(({ linking }) => linking.bringHere(request));
	}
	async openChart(ref: ChartRef): ReturnType<DeviceApi['openChart']> {
		return this.reading(async ({ views }) => {
			const view = await views.open(ref);
			return view === null ? notHere() : ok(view);
		});
	}
	async register(site: Id): ReturnType<DeviceApi['register']> {
		return this.reading(async ({ views, session }) => {
			if (session.state === null || !canRead(session.state, session.self.actor, site, 'clinical')) return notAllowed('see the register of that site');
			return ok(await views.register({ site, chart: registerChartId(site) }));
		});
	}
	async save(request: SaveRequest): ReturnType<DeviceApi['save']> {
		return notOfRegister(request) ?? this.writing(({ saving }) => saving.save(request));
	}
	async saveAll(requests: Parameters<DeviceApi['saveAll']>[0]): ReturnType<DeviceApi['saveAll']> {
		for (const request of requests) {
			const refused = notOfRegister(request);
			if (refused !== null) return refused;
		}
		return this.writing(({ saving }) => saving.saveAll(requests));
	}
	async alertsBefore(request: SaveRequest): Promise<Outcome<EhrView['discrepancies']>> {
		return this.reading(async ({ saving, views }) => {
			const draft = await saving.draft(request);
			if (!draft.ok) return draft;
			const imagined = draft.value === null ? null : saving.imagine(draft.value);
			return ok(imagined === null ? [] : await views.alertsWith(request.ref, imagined));
		});
	}

	async proposals({ limit }: { readonly limit: number }): ReturnType<DeviceApi['proposals']> {
		return this.reading(async ({ finding }) => ok(await finding.proposals(limit)));
	}
	async link({ a, b }: { readonly a: ChartRef; readonly b: ChartRef }): ReturnType<DeviceApi['link']> {
		return this.writing(({ linking }) => linking.state(a, b, 'linked'));
	}
	async unlink({ a, b, reason }: { readonly a: ChartRef; readonly b: ChartRef; readonly reason: string }): ReturnType<DeviceApi['unlink']> {
		return this.writing(({ linking }) => linking.state(a, b, 'unlinked', reason));
	}
	async notSame({ a, b, reason }: { readonly a: ChartRef; readonly b: ChartRef; readonly reason: string }): ReturnType<DeviceApi['notSame']> {
		return this.writing(({ linking }) => linking.state(a, b, 'not-same', reason));
	}

	async importBundles({ operation, ...request }: Parameters<DeviceApi['importBundles']>[0]): Promise<Outcome<ImportReport>> {
		if (this.operations.has(operation)) return refuse('already-running', 'This import is running already.');
		const running = new AbortController();
		this.operations.set(operation, running);
		try {
			return await this.writing(({ importing }) => importing.run(request, running.signal));
		} finally {
			this.operations.delete(operation);
		}
	}
	async cancel(operation: string): Promise<void> {
		this.operations.get(operation)?.abort();
	}

	async ownFrontier(): ReturnType<DeviceApi['ownFrontier']> {
		return this.reading(({ frontiers }) => frontiers.own());
	}
	async compareFrontier(text: string): ReturnType<DeviceApi['compareFrontier']> {
		return this.reading(({ frontiers }) => frontiers.compare(text));
	}

	async stateHashes(): ReturnType<DeviceApi['stateHashes']> {
		return this.reading(async ({ store, session }) => ok(await placeHashes(store, session)));
	}
}

/** The register of a site holds no entries of a person. */
function notOfRegister({ ref, resource }: SaveRequest): Outcome<never> | null {
	if (ref.chart !== registerChartId(ref.site) || REGISTER_TYPES.some((type) => type === resource.resourceType)) return null;
	return refuse('not-in-register', 'The register holds forms, schedules and the formulary, and no entries of a person.');
}
