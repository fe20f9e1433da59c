/** The device in its worker, as the page calls it: one line per question, so that the compiler checks each across the boundary. */
import { proxy } from 'comlink';
import type { DeviceApi, ImportReport, LockState, Outcome } from '$sync/device/api.ts';
import type { BundleExport, BundleImport } from '$sync/device/bundle-api.ts';
import type { DraftsApi } from '$sync/device/drafts-api.ts';
import type { FilesApi } from '$sync/device/files-api.ts';
import type { FrontierApi } from '$sync/device/frontier-api.ts';
import type { MembersApi } from '$sync/device/members-api.ts';
import { locked } from '$sync/device/outcome.ts';
import type { ReviewApi } from '$sync/device/review-api.ts';
import type { WorklistApi } from '$sync/device/worklist-api.ts';
import { err, problem } from '$sync/result.ts';
import { m } from '$lib/paraglide/messages.js';
import { Keeper, WorkerEnded, type RemoteDevice } from './keeper.ts';

/**
 * A defect in the worker must not leave a button that does nothing: it becomes an answer that says so, and goes to the console for whoever
 * looks for it. Nothing typed is lost by it.
 */
function answer<T>(asked: Promise<Outcome<T>>): Promise<Outcome<T>> {
	return asked.catch((error: unknown) => {
		// locking ended the worker that was asked: what it had acknowledged is on the disk, the question is not answered
		if (error instanceof WorkerEnded) return locked();
		console.error(error);
		return err(problem('defect', m.defect()));
	});
}

type Asked = <T>(question: (device: RemoteDevice) => Promise<Outcome<T>>) => Promise<Outcome<T>>;

const reviewCalls = (asked: Asked): ReviewApi => ({
	reviews: (request) => asked((device) => device.reviews(request)),
	openReview: (request) => asked((device) => device.openReview(request)),
	chartReviews: (ref) => asked((device) => device.chartReviews(ref)),
	decide: (decision) => asked((device) => device.decide(decision)),
	answerDiscrepancy: (request) => asked((device) => device.answerDiscrepancy(request)),
	history: (request) => asked((device) => device.history(request)),
	notices: () => asked((device) => device.notices()),
	restore: (request) => asked((device) => device.restore(request)),
	dismissNotice: (key) => asked((device) => device.dismissNotice(key)),
	moveToPatient: (request) => asked((device) => device.moveToPatient(request)),
	relabel: (request) => asked((device) => device.relabel(request)),
	retract: (request) => asked((device) => device.retract(request))
});

const fileCalls = (asked: Asked): FilesApi => ({
	attachFile: (request) => asked((device) => device.attachFile(request)),
	files: (ref) => asked((device) => device.files(ref)),
	openFile: (request) => asked((device) => device.openFile(request)),
	fetchFiles: (refs) => asked((device) => device.fetchFiles(refs))
});

const draftCalls = (asked: Asked): DraftsApi => ({
	keepDraft: (request) => asked((device) => device.keepDraft(request)),
	drafts: () => asked((device) => device.drafts()),
	dropDraft: (name) => asked((device) => device.dropDraft(name))
});

const worklistCalls = (asked: Asked): WorklistApi => ({
	day: (request) => asked((device) => device.day(request)),
	followUp: (request) => asked((device) => device.followUp(request)),
	openTasks: (request) => asked((device) => device.openTasks(request)),
	calendar: (request) => asked((device) => device.calendar(request)),
	appointmentsOn: (request) => asked((device) => device.appointmentsOn(request)),
	inbox: (request) => asked((device) => device.inbox(request)),
	messagesOf: (ref) => asked((device) => device.messagesOf(ref)),
	readMessages: (ids) => asked((device) => device.readMessages(ids)),
	household: (request) => asked((device) => device.household(request))
});

const memberCalls = (asked: Asked, entering: Asked, keeper: Keeper): MembersApi & FrontierApi => ({
	access: (site) => asked((device) => device.access(site)),
	removalEffect: (removal) => asked((device) => device.removalEffect(removal)),
	revoke: (request) => asked((device) => device.revoke(request)),
	lateWork: (request) => asked((device) => device.lateWork(request)),
	adoptLate: (request) => asked((device) => device.adoptLate(request)),
	reinvite: (request) => asked((device) => device.reinvite(request)),
	invitation: (id) => asked((device) => device.invitation(id)),
	carriedAnswer: (invitation) => asked((device) => device.carriedAnswer(invitation)),
	takeAnswer: (text) => asked((device) => device.takeAnswer(text)),
	admitOffline: (request) => asked((device) => device.admitOffline(request)),
	takeAdmission: (text) => asked((device) => device.takeAdmission(text)),
	scanned: (code) => asked((device) => device.scanned(code)),
	appearAs: (request) => asked((device) => device.appearAs(request)),
	changePassphrase: (request) => asked((device) => device.changePassphrase(request)),
	quickUnlocks: () => keeper.still((device) => device.quickUnlocks()),
	setPin: (pin) => asked((device) => device.setPin(pin)),
	unlockWithPin: (request) => entering((device) => device.unlockWithPin(request)),
	passkeySalt: () => asked((device) => device.passkeySalt()),
	addPasskey: (request) => asked((device) => device.addPasskey(request)),
	unlockWithPasskey: (request) => entering((device) => device.unlockWithPasskey(request)),
	removePasskey: (credential) => asked((device) => device.removePasskey(credential)),
	removeUser: (request) => asked((device) => device.removeUser(request)),
	recoveryKits: () => asked((device) => device.recoveryKits()),
	appVersions: () => asked((device) => device.appVersions()),
	requireAppVersion: (version) => asked((device) => device.requireAppVersion(version)),
	makeRecoveryKit: (request) => asked((device) => device.makeRecoveryKit(request)),
	readShare: (text) => asked((device) => device.readShare(text)),
	useRecoveryKit: (request) => asked((device) => device.useRecoveryKit(request)),
	unsent: () => keeper.still((device) => device.unsent()),
	whereKnown: (changes) => asked((device) => device.whereKnown(changes)),
	exportUnsent: () => asked((device) => device.exportUnsent()),
	savedUnsent: (file) => asked((device) => device.savedUnsent(file)),
	importFile: (bytes) => asked((device) => device.importFile(bytes)),
	wipe: (request) => asked((device) => device.wipe(request)),
	breakGlass: (request) => asked((device) => device.breakGlass(request)),
	accessLog: (request) => asked((device) => device.accessLog(request)),
	ownFrontier: () => asked((device) => device.ownFrontier()),
	compareFrontier: (text) => asked((device) => device.compareFrontier(text))
});

export async function startWorker(): Promise<DeviceApi> {
	const keeper = await Keeper.create();
	const asked: Asked = (question) => answer(keeper.ask(question));
	/** a worker that held somebody's keys is never given another's */
	const entering: Asked = (question) => answer(keeper.enter(question));
	return {
		subscribe: async (listener) => keeper.subscribe(listener),
		unsubscribe: async (id) => keeper.unsubscribe(id),
		lockState: () => keeper.still<LockState>((device) => device.lockState()),
		syncStatus: () => keeper.still((device) => device.syncStatus()),
		syncNow: () => keeper.still((device) => device.syncNow()),
		createOrganization: (request) => asked((device) => device.createOrganization(request)),
		previewInvitation: (link) => asked((device) => device.previewInvitation(link)),
		answerInvitation: (request) => asked((device) => device.answerInvitation(request)),
		takeOver: (handOver) => asked((device) => device.takeOver(handOver)),
		unlock: (request) => entering((device) => device.unlock(request)),
		lock: () => keeper.lock(),
		organization: () => asked((device) => device.organization()),
		addSite: (request) => asked((device) => device.addSite(request)),
		invite: (request) => asked((device) => device.invite(request)),
		pendingAnswers: () => asked((device) => device.pendingAnswers()),
		admit: (request) => asked((device) => device.admit(request)),
		refuse: (request) => asked((device) => device.refuse(request)),
		post: (request) => asked((device) => device.post(request)),
		takeOn: (site) => asked((device) => device.takeOn(site)),
		register: (site) => asked((device) => device.register(site)),
		search: (request) => asked((device) => device.search(request)),
		possibleDuplicates: (patient) => asked((device) => device.possibleDuplicates(patient)),
		registerPatient: (request) => asked((device) => device.registerPatient(request)),
		bringHere: (request) => asked((device) => device.bringHere(request)),
		openChart: (ref) => asked((device) => device.openChart(ref)),
		save: (request) => asked((device) => device.save(request)),
		saveAll: (requests) => asked((device) => device.saveAll(requests)),
		alertsBefore: (request) => asked((device) => device.alertsBefore(request)),
		proposals: (request) => asked((device) => device.proposals(request)),
		link: (request) => asked((device) => device.link(request)),
		unlink: (request) => asked((device) => device.unlink(request)),
		notSame: (request) => asked((device) => device.notSame(request)),
		importBundles: ({ progress, ...request }) => answer(keeper.ask<Outcome<ImportReport>>((_, port) => port.importBundles(request, proxy(progress ?? (() => undefined))))),
		boxes: () => asked((device) => device.boxes()),
		reachableHubs: () => asked((device) => device.reachableHubs()),
		readBox: (link) => asked((device) => device.readBox(link)),
		letBoxCarry: (request) => asked((device) => device.letBoxCarry(request)),
		dismissBox: (request) => asked((device) => device.dismissBox(request)),
		sharedIndexes: () => asked((device) => device.sharedIndexes()),
		shareIndex: (request) => asked((device) => device.shareIndex(request)),
		endSharedIndex: (request) => asked((device) => device.endSharedIndex(request)),
		bundleTargets: () => asked((device) => device.bundleTargets()),
		exportBundle: ({ write, progress, ...request }) => answer(keeper.ask<Outcome<BundleExport>>((_, port) => port.exportBundle(request, proxy(async (piece) => void (await write(piece))), proxy(progress ?? (() => undefined))))),
		importBundle: ({ progress, ...request }) => answer(keeper.ask<Outcome<BundleImport>>((_, port) => port.importBundle(request, proxy(progress ?? (() => undefined))))),
		cancel: (operation) => keeper.still((device) => device.cancel(operation)),
		stateHashes: () => asked((device) => device.stateHashes()),
		...draftCalls(asked),
		...fileCalls(asked),
		...reviewCalls(asked),
		...worklistCalls(asked),
		openOrders: (request) => asked((device) => device.openOrders(request)),
		...memberCalls(asked, entering, keeper)
	};
}
