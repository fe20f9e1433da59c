/** The device in its worker, as the page calls it: one line per question, so that the compiler checks each across the boundary. */
import { proxy, wrap } from 'comlink';
import type { DeviceApi, Outcome } from '$sync/device/api.ts';
import { err, problem } from '$sync/result.ts';
import { m } from '$lib/paraglide/messages.js';
import type { DeviceWorker } from './protocol.ts';

/**
 * A defect in the worker must not leave a button that does nothing: it becomes an answer that says so, and goes to the console for whoever
 * looks for it. Nothing typed is lost by it.
 */
function answer<T>(asked: Promise<Outcome<T>>): Promise<Outcome<T>> {
	return asked.catch((error: unknown) => {
		console.error(error);
		return err(problem('defect', m.defect()));
	});
}

export async function startWorker(): Promise<DeviceApi> {
	const worker = new Worker(new URL('./device.worker.ts', import.meta.url), { type: 'module', name: 'device' });
	const failed = new Promise<never>((_, reject) => {
		worker.addEventListener('error', (event) => reject(new Error(event.message)), { once: true });
	});
	const port = wrap<DeviceWorker>(worker);
	const device = await Promise.race([port.open(), failed]);
	return {
		subscribe: (listener) => device.subscribe(proxy(listener)),
		unsubscribe: (id) => device.unsubscribe(id),
		lockState: () => device.lockState(),
		syncStatus: () => device.syncStatus(),
		syncNow: () => device.syncNow(),
		createOrganization: (request) => answer(device.createOrganization(request)),
		previewInvitation: (link) => answer(device.previewInvitation(link)),
		answerInvitation: (request) => answer(device.answerInvitation(request)),
		takeOver: (handOver) => answer(device.takeOver(handOver)),
		unlock: (request) => answer(device.unlock(request)),
		lock: () => device.lock(),
		organization: () => answer(device.organization()),
		addSite: (request) => answer(device.addSite(request)),
		invite: (request) => answer(device.invite(request)),
		pendingAnswers: () => answer(device.pendingAnswers()),
		admit: (request) => answer(device.admit(request)),
		refuse: (request) => answer(device.refuse(request)),
		post: (request) => answer(device.post(request)),
		takeOn: (site) => answer(device.takeOn(site)),
		search: (request) => answer(device.search(request)),
		possibleDuplicates: (patient) => answer(device.possibleDuplicates(patient)),
		registerPatient: (request) => answer(device.registerPatient(request)),
		bringHere: (request) => answer(device.bringHere(request)),
		openChart: (ref) => answer(device.openChart(ref)),
		save: (request) => answer(device.save(request)),
		alertsBefore: (request) => answer(device.alertsBefore(request)),
		proposals: (request) => answer(device.proposals(request)),
		link: (request) => answer(device.link(request)),
		unlink: (request) => answer(device.unlink(request)),
		notSame: (request) => answer(device.notSame(request)),
		importBundles: ({ progress, ...request }) => answer(port.importBundles(request, proxy(progress ?? (() => undefined)))),
		cancel: (operation) => device.cancel(operation),
		stateHashes: () => answer(device.stateHashes())
	};
}
