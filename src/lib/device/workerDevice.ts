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
	await Promise.race([port.open(), failed]);
	return {
		subscribe: (listener) => port.subscribe(proxy(listener)),
		unsubscribe: (id) => port.unsubscribe(id),
		lockState: () => port.lockState(),
		syncStatus: () => port.syncStatus(),
		syncNow: () => port.syncNow(),
		createOrganization: (request) => port.createOrganization(request),
		previewInvitation: (link) => port.previewInvitation(link),
		answerInvitation: (request) => port.answerInvitation(request),
		unlock: (request) => port.unlock(request),
		lock: () => port.lock(),
		organization: () => port.organization(),
		addSite: (request) => port.addSite(request),
		invite: (request) => port.invite(request),
		pendingAnswers: () => port.pendingAnswers(),
		admit: (request) => port.admit(request),
		refuse: (request) => port.refuse(request),
		post: (request) => port.post(request),
		search: (request) => port.search(request),
		possibleDuplicates: (patient) => port.possibleDuplicates(patient),
		registerPatient: (request) => port.registerPatient(request),
		bringHere: (request) => port.bringHere(request),
		openChart: (ref) => port.openChart(ref),
		save: (request) => port.save(request),
		alertsBefore: (request) => port.alertsBefore(request),
		proposals: (request) => port.proposals(request),
		link: (request) => port.link(request),
		unlink: (request) => port.unlink(request),
		notSame: (request) => port.notSame(request),
		importBundles: ({ progress, ...request }) => port.importBundles(request, proxy(progress ?? (() => undefined))),
		cancel: (operation) => port.cancel(operation),
		stateHashes: () => port.stateHashes()
	};
}
