/**
 * What is asked of members, devices and keys, in the words of `DeviceApi`: each line hands the question to the part that answers it.
 */
import type { Id } from '../change/change.ts';
import { ok } from '../result.ts';
import type { ChartRef, DeviceApi } from './api.ts';
import type { Accounts } from './accounts.ts';
import type { AccessBook } from './access-book.ts';
import type { Bundles } from './bundles.ts';
import type { Carrying } from './carrying-acts.ts';
import type { FileExchange } from './files/exchange.ts';
import { noHub } from './outcome.ts';
import { ReviewedApi } from './reviewed-api.ts';
import type { Unlocked } from './unlocked.ts';
import type { Outcome } from './api.ts';
import type { UnsentWork } from './unsent.ts';

type Asked<Name extends keyof DeviceApi> = Parameters<DeviceApi[Name]>[0];

/** The parts that answer, whether or not somebody is unlocked. */
export interface MembersParts {
	readonly accounts: Accounts;
	readonly carrying: Carrying;
	readonly unsent: UnsentWork;
	readonly bundles: Bundles;
	readonly access: AccessBook;
	readonly exchange: FileExchange;
}

export abstract class MembersCalls extends ReviewedApi {
	protected abstract readonly members: MembersParts;
	/** The hub to name in invitations; null before there is one. */
	protected abstract invitingHub(): { readonly key: string; readonly origin: string } | null;
	/** What writes a statement that brings keys: they are read anew afterwards. */
	protected abstract withNewKeys<T>(act: (unlocked: Unlocked) => Promise<Outcome<T>>): Promise<Outcome<T>>;

	async organization(): ReturnType<DeviceApi['organization']> {
		return this.reading(async ({ organization }) => organization.info());
	}
	async addSite(request: Asked<'addSite'>): ReturnType<DeviceApi['addSite']> {
		return this.withNewKeys(({ organization }) => organization.addSite(request));
	}
	async invite(request: Asked<'invite'>): ReturnType<DeviceApi['invite']> {
		const hub = this.invitingHub();
		return hub === null ? noHub() : this.writing(({ organization }) => organization.invite(request, hub));
	}
	async reinvite(request: Asked<'reinvite'>): ReturnType<DeviceApi['reinvite']> {
		const hub = this.invitingHub();
		return hub === null ? noHub() : this.writing(({ organization }) => organization.reinvite(request, hub));
	}
	async invitation(id: Id): ReturnType<DeviceApi['invitation']> {
		return this.reading(async ({ organization }) => organization.invitation(id));
	}
	async pendingAnswers(): ReturnType<DeviceApi['pendingAnswers']> {
		return this.reading(({ organization }) => organization.pendingAnswers());
	}
	async admit(request: Asked<'admit'>): ReturnType<DeviceApi['admit']> {
		return this.writing(({ organization }) => organization.admit(request));
	}
	async refuse(request: Asked<'refuse'>): ReturnType<DeviceApi['refuse']> {
		return this.writing(({ organization }) => organization.refuse(request));
	}
	async post(request: Asked<'post'>): ReturnType<DeviceApi['post']> {
		return this.withNewKeys(({ organization }) => organization.post(request));
	}

	async carriedAnswer(invitation: Id): ReturnType<DeviceApi['carriedAnswer']> {
		return this.members.carrying.answer(invitation);
	}
	async takeAnswer(text: string): ReturnType<DeviceApi['takeAnswer']> {
		return this.writing(({ organization }) => this.members.carrying.takeAnswer(organization, text));
	}
	async admitOffline(request: Asked<'admitOffline'>): ReturnType<DeviceApi['admitOffline']> {
		return this.writing(({ organization }) => this.members.carrying.admit(organization, request));
	}
	async takeAdmission(text: string): ReturnType<DeviceApi['takeAdmission']> {
		return this.members.carrying.takeAdmission(text);
	}
	async scanned(code: string): ReturnType<DeviceApi['scanned']> {
		return this.members.carrying.scanned(code);
	}

	async appearAs(request: Asked<'appearAs'>): ReturnType<DeviceApi['appearAs']> {
		return this.reading(({ session }) => this.members.accounts.appearAs(session, request));
	}
	async changePassphrase(request: Asked<'changePassphrase'>): ReturnType<DeviceApi['changePassphrase']> {
		return this.reading(({ session }) => this.members.accounts.changePassphrase(session, request));
	}
	async quickUnlocks(): ReturnType<DeviceApi['quickUnlocks']> {
		return this.members.accounts.quickUnlocks();
	}
	async setPin(pin: string): ReturnType<DeviceApi['setPin']> {
		return this.reading(({ session }) => this.members.accounts.setPin(session, pin));
	}
	async unlockWithPin(request: Asked<'unlockWithPin'>): ReturnType<DeviceApi['unlockWithPin']> {
		return this.members.accounts.unlockWithPin(request);
	}
	async passkeySalt(): ReturnType<DeviceApi['passkeySalt']> {
		return this.reading(({ session }) => this.members.accounts.passkeySalt(session));
	}
	async addPasskey(request: Asked<'addPasskey'>): ReturnType<DeviceApi['addPasskey']> {
		return this.reading(({ session }) => this.members.accounts.addPasskey(session, request));
	}
	async unlockWithPasskey(request: Asked<'unlockWithPasskey'>): ReturnType<DeviceApi['unlockWithPasskey']> {
		return this.members.accounts.unlockWithPasskey(request);
	}
	async removePasskey(credential: string): ReturnType<DeviceApi['removePasskey']> {
		return this.reading(({ session }) => this.members.accounts.removePasskey(session, credential));
	}
	async removeUser(request: Asked<'removeUser'>): ReturnType<DeviceApi['removeUser']> {
		return this.members.unsent.removeUser(request);
	}

	async unsent(): ReturnType<DeviceApi['unsent']> {
		return this.members.unsent.count();
	}
	async whereKnown(changes: Asked<'whereKnown'>): ReturnType<DeviceApi['whereKnown']> {
		return this.reading(({ session, frontiers }) => this.members.unsent.whereKnown(session, frontiers, changes));
	}
	async exportUnsent(): ReturnType<DeviceApi['exportUnsent']> {
		return this.members.unsent.exportUnsent();
	}
	async savedUnsent(file: string): ReturnType<DeviceApi['savedUnsent']> {
		return this.members.unsent.savedUnsent(file);
	}
	async importFile(bytes: Uint8Array): ReturnType<DeviceApi['importFile']> {
		return this.members.unsent.importFile(bytes);
	}
	async wipe(request: Asked<'wipe'>): ReturnType<DeviceApi['wipe']> {
		return this.members.unsent.wipe(request);
	}

	/** Noted in the access log before it is shown. */
	override async openChart(ref: ChartRef): ReturnType<DeviceApi['openChart']> {
		const view = await super.openChart(ref);
		return view.ok ? this.reading(async ({ notes }) => {
			await notes.opened(ref);
			return ok(notes.curtain(view.value));
		}) : view;
	}
	async breakGlass({ ref, reason }: Asked<'breakGlass'>): ReturnType<DeviceApi['breakGlass']> {
		const broken = await this.reading(({ notes }) => notes.breakGlass(ref, reason));
		return broken.ok ? this.openChart(ref) : broken;
	}
	async accessLog(request: Asked<'accessLog'>): ReturnType<DeviceApi['accessLog']> {
		return this.reading(({ notes }) => notes.read(request));
	}

	async access(site: Id | null): ReturnType<DeviceApi['access']> {
		return this.reading(async ({ session }) => this.members.access.who(session, site));
	}
}
