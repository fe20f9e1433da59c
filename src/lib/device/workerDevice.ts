/** The device in its worker, as the page calls it: one line per question, so that the compiler checks each across the boundary. */
import { proxy, wrap } from 'comlink';
import type { DeviceApi } from '$sync/device/api.ts';
import type { DeviceWorker } from './protocol.ts';

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
		createOrganization: (request) => device.createOrganization(request),
		previewInvitation: (link) => device.previewInvitation(link),
		answerInvitation: (request) => device.answerInvitation(request),
		unlock: (request) => device.unlock(request),
		lock: () => device.lock(),
		organization: () => device.organization(),
		addSite: (request) => device.addSite(request),
		invite: (request) => device.invite(request),
		pendingAnswers: () => device.pendingAnswers(),
		admit: (request) => device.admit(request),
		refuse: (request) => device.refuse(request),
		post: (request) => device.post(request),
		search: (request) => device.search(request),
		possibleDuplicates: (patient) => device.possibleDuplicates(patient),
		registerPatient: (request) => device.registerPatient(request),
		bringHere: (request) => device.bringHere(request),
		openChart: (ref) => device.openChart(ref),
		save: (request) => device.save(request),
		alertsBefore: (request) => device.alertsBefore(request),
		proposals: (request) => device.proposals(request),
		link: (request) => device.link(request),
		unlink: (request) => device.unlink(request),
		notSame: (request) => device.notSame(request),
		importBundles: ({ progress, ...request }) => port.importBundles(request, proxy(progress ?? (() => undefined))),
		cancel: (operation) => device.cancel(operation),
		stateHashes: () => device.stateHashes()
	};
}
