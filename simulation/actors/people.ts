/**
 * Acts of people who run an organization: somebody joins, gets a lower role, keys are renewed without anybody being removed, a recovery kit is made and
 * used.
 */
import type { ControlDocument } from '../../sync/store/index.ts';
import type { DeviceApi } from '../../sync/device/api.ts';
import { hlc } from '../../sync/change/hlc.ts';
import { seededRandom } from '../../sync/change/ports.ts';
import { keyDocuments, openDeliveries } from '../../sync/membership/authoring/deliveries.ts';
import { rotate } from '../../sync/membership/authoring/rotate.ts';
import { MembershipLog } from '../../sync/membership/log.ts';
import { placesOf } from '../../sync/membership/selectors.ts';
import { encodeBundle } from '../../sync/replication/bundle-file.ts';
import type { Act } from '../plan.ts';
import { CANARY, nameOfMember, PASSPHRASE, type Person } from '../world/organization.ts';
import { at, said, type ActOptions, type ActOutcome } from './acts.ts';

export type PeopleAct = Extract<Act, { kind: 'demote' | 'rotate' | 'make-kit' | 'recover' | 'join' }>;

/** Somebody whose device is of no organization yet, standing beside who admits. */
export interface Newcomer {
	readonly device: DeviceApi;
	/** resolves when the app there ends */
	readonly gone: Promise<null>;
	/** of the invitation that was answered already, should the first attempt have been cut off; null: none */
	answered(): Promise<string | null>;
	/** tells the world who they are: the keys were made on the device */
	known(): Promise<void>;
}

/** What people have at hand besides the screen. */
export interface Around {
	/** of the user who acts */
	readonly person: Person;
	/** what this device has of the log and of keys */
	documents(): readonly ControlDocument[];
	/** ms since 1970 by a right clock */
	readonly nowMs: number;
	/** shares of the recovery kits that were made, on paper, the last first */
	readonly paper: (readonly string[])[];
	/** null where that device does not run, or its user is a member */
	newcomer(device: number): Newcomer | null;
}

const reason = `Because of ${CANARY}`;

export function performPeople(options: ActOptions, act: PeopleAct): Promise<ActOutcome> {
	switch (act.kind) {
		case 'demote':
			return demote(options, act);
		case 'rotate':
			return renewKeys(options, act);
		case 'make-kit':
			return makeKit(options);
		case 'recover':
			return recover(options, act);
		case 'join':
			return join(options, act);
	}
}

/** The lower role first: between the two acts the person has both, never none. */
async function demote({ device, members }: ActOptions, act: Extract<PeopleAct, { kind: 'demote' }>): Promise<ActOutcome> {
	const organization = await device.organization();
	if (!organization.ok) return said(organization);
	const member = organization.value.members.find((one) => one.member === at(members, act.member));
	if (member === undefined || member.grants.length === 0) return 'nothing';
	const { site, role } = at(member.grants, act.post);
	if (role === act.role) return 'nothing';
	const posted = await device.post({ member: member.member, site, role: act.role });
	return posted.ok ? said(await device.revoke({ removal: { kind: 'role', member: member.member, site, role }, reason })) : said(posted);
}

/** A new epoch by somebody entitled, written at another app of theirs and handed to this one as a file: no screen offers it. */
async function renewKeys({ device, around }: ActOptions, act: Extract<PeopleAct, { kind: 'rotate' }>): Promise<ActOutcome> {
	const { person: { self }, nowMs } = around;
	const documents = around.documents();
	const genesis = await device.organization();
	if (!genesis.ok) return said(genesis);
	const log = new MembershipLog(genesis.value.org);
	log.add(documents.flatMap((document) => (document.v === 's1' ? [document] : [])));
	const held = openDeliveries(log, self, keyDocuments(documents)).keys;
	const places = log.state === null ? [] : placesOf(log.state, self.actor);
	if (places.length === 0) return 'nothing';
	const made = rotate({ log, self, held, hlc: hlc(nowMs), random: seededRandom(`rotate ${self.actor} ${nowMs}`) }, [at(places, act.place)]);
	if (!made.ok) return made.error.code;
	const entries = made.value.documents.map((document) => ({ db: 'control', document }));
	return said(await device.importFile(new TextEncoder().encode(encodeBundle({ org: log.org, hub: null, entries }))));
}

async function makeKit({ device, around }: ActOptions): Promise<ActOutcome> {
	const made = await device.makeRecoveryKit({ needed: 2, of: 3 });
	if (made.ok) around.paper.unshift(made.value.map(({ text }) => text));
	return said(made);
}

async function recover({ device, around }: ActOptions, { older = 0 }: Extract<PeopleAct, { kind: 'recover' }>): Promise<ActOutcome> {
	const shares = around.paper[Math.min(older, around.paper.length - 1)];
	if (shares === undefined) return 'nothing';
	return said(await device.useRecoveryKit({ shares: shares.slice(0, 2), reason }));
}

async function join(options: ActOptions, act: Extract<PeopleAct, { kind: 'join' }>): Promise<ActOutcome> {
	const newcomer = options.around.newcomer(act.newcomer);
	if (newcomer === null) return 'nothing';
	return (await Promise.race([admission(options, act, newcomer), newcomer.gone])) ?? 'nothing';
}

async function admission(options: ActOptions, act: Extract<PeopleAct, { kind: 'join' }>, newcomer: Newcomer): Promise<ActOutcome> {
	const before = await newcomer.answered();
	const invited = before === null ? await invitation(options, act) : null;
	if (invited?.ok === false) return said(invited);
	if (invited?.ok === true) {
		if (!act.byHand) await options.device.syncNow();
		const answered = await newcomer.device.answerInvitation({ link: act.byHand ? invited.value.offline : invited.value.link, name: nameOfMember(90), passphrase: PASSPHRASE });
		await newcomer.known();
		// a hub that has not heard of the invitation takes no answer: it is on both screens all the same
		if (!answered.ok && (await newcomer.answered()) === null) return said(answered);
	}
	const open = invited?.ok === true ? invited.value.invitation : before;
	const state = await newcomer.device.lockState();
	if (open === null || state.kind !== 'awaiting-admission') return state.kind;
	const admitted = await (act.byHand || before !== null ? admitByHand : admitByHub)(options.device, newcomer, { invitation: state.invitation, code: state.code });
	// who was invited anew learns only now whom the others know them as
	await newcomer.known();
	return admitted;
}

const invitation = ({ device, sites, members }: ActOptions, { site, role, again }: Extract<PeopleAct, { kind: 'join' }>): ReturnType<DeviceApi['invite']> =>
	again === undefined ? device.invite({ grants: [{ site: at(sites, site), role }], days: 30 }) : device.reinvite({ member: at(members, again), days: 30 });

interface Answered { readonly invitation: Parameters<DeviceApi['carriedAnswer']>[0]; readonly code: string }

async function admitByHand(device: DeviceApi, newcomer: Newcomer, { invitation, code }: Answered): Promise<ActOutcome> {
	const carried = await newcomer.device.carriedAnswer(invitation);
	const pending = carried.ok ? await device.takeAnswer(carried.value.text) : carried;
	if (!pending.ok) return said(pending);
	const admitted = await device.admitOffline({ invitation, answer: pending.value.answer, code });
	return said(admitted.ok ? await newcomer.device.takeAdmission(admitted.value.text) : admitted);
}

async function admitByHub(device: DeviceApi, newcomer: Newcomer, { invitation, code }: Answered): Promise<ActOutcome> {
	await device.syncNow();
	const pending = await device.pendingAnswers();
	const answer = pending.ok ? pending.value.find((one) => one.invitation === invitation) : undefined;
	if (answer === undefined) return 'nothing';
	const admitted = await device.admit({ invitation, answer: answer.answer, code });
	await device.syncNow();
	await newcomer.device.syncNow();
	return said(admitted);
}
