/** The device in its worker, as the page calls it: one line per question, so that the compiler checks each across the boundary. */
import { proxy, wrap } from 'comlink';
import type { DeviceApi, Outcome } from '$sync/device/api.ts';
import type { FrontierApi } from '$sync/device/frontier-api.ts';
import type { MembersApi } from '$sync/device/members-api.ts';
import type { ReviewApi } from '$sync/device/review-api.ts';
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

type Remote = Awaited<ReturnType<ReturnType<typeof wrap<DeviceWorker>>['open']>>;

const reviewCalls = (device: Remote): ReviewApi => ({
	reviews: (request) => answer(device.reviews(request)),
	decide: (decision) => answer(device.decide(decision)),
	answerDiscrepancy: (request) => answer(device.answerDiscrepancy(request)),
	history: (request) => answer(device.history(request)),
	notices: () => answer(device.notices()),
	restore: (request) => answer(device.restore(request)),
	dismissNotice: (key) => answer(device.dismissNotice(key)),
	moveToPatient: (request) => answer(device.moveToPatient(request)),
	relabel: (request) => answer(device.relabel(request)),
	retract: (request) => answer(device.retract(request))
});

const memberCalls = (device: Remote): MembersApi & FrontierApi => ({
	access: (site) => answer(device.access(site)),
	removalEffect: (removal) => answer(device.removalEffect(removal)),
	revoke: (request) => answer(device.revoke(request)),
	lateWork: (request) => answer(device.lateWork(request)),
	adoptLate: (request) => answer(device.adoptLate(request)),
	reinvite: (request) => answer(device.reinvite(request)),
	invitation: (id) => answer(device.invitation(id)),
	carriedAnswer: (invitation) => answer(device.carriedAnswer(invitation)),
	takeAnswer: (text) => answer(device.takeAnswer(text)),
	admitOffline: (request) => answer(device.admitOffline(request)),
	takeAdmission: (text) => answer(device.takeAdmission(text)),
	scanned: (code) => answer(device.scanned(code)),
	appearAs: (request) => answer(device.appearAs(request)),
	changePassphrase: (request) => answer(device.changePassphrase(request)),
	quickUnlocks: () => device.quickUnlocks(),
	setPin: (pin) => answer(device.setPin(pin)),
	unlockWithPin: (request) => answer(device.unlockWithPin(request)),
	passkeySalt: () => answer(device.passkeySalt()),
	addPasskey: (request) => answer(device.addPasskey(request)),
	unlockWithPasskey: (request) => answer(device.unlockWithPasskey(request)),
	removePasskey: (credential) => answer(device.removePasskey(credential)),
	removeUser: (request) => answer(device.removeUser(request)),
	recoveryKits: () => answer(device.recoveryKits()),
	makeRecoveryKit: (request) => answer(device.makeRecoveryKit(request)),
	readShare: (text) => answer(device.readShare(text)),
	useRecoveryKit: (request) => answer(device.useRecoveryKit(request)),
	unsent: () => device.unsent(),
	whereKnown: (changes) => answer(device.whereKnown(changes)),
	exportUnsent: () => answer(device.exportUnsent()),
	importFile: (bytes) => answer(device.importFile(bytes)),
	wipe: (request) => answer(device.wipe(request)),
	breakGlass: (request) => answer(device.breakGlass(request)),
	accessLog: (request) => answer(device.accessLog(request)),
	ownFrontier: () => answer(device.ownFrontier()),
	compareFrontier: (text) => answer(device.compareFrontier(text))
});

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
		stateHashes: () => answer(device.stateHashes()),
		...reviewCalls(device),
		...memberCalls(device)
	};
}
