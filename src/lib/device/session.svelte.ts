/**
 * What the screens know of the device: lock, line, organization, and the site the member works at now. One per page, handed down
 * by context. The device itself lives in a worker; nothing here holds a key, and what is shown is dropped when it locks.
 */
import { getContext, setContext } from 'svelte';
import { Attention } from '$lib/review/attention.svelte.ts';
import { ChartNews, type ChartListener } from './chartNews.ts';
import { Drafts } from './drafts.svelte.ts';
import { askToKeep } from './storage.ts';
import { tellHubs } from './policy.ts';
import type { DeviceApi, DeviceEvent, LocalUser, LockState, OrganizationInfo, SiteInfo, SyncStatus } from '$sync/device/api.ts';

const SITE_KEY = 'saddlebag/site';

export class Session {
	lock = $state.raw<LockState | null>(null);
	sync = $state.raw<SyncStatus | null>(null);
	organization = $state.raw<OrganizationInfo | null>(null);
	/** grows with each change of the membership log: what depends on it asks again */
	organizationVersion = $state(0);
	#site = $state<string | null>(null);
	readonly #news = new ChartNews();
	/** what the person who is unlocked left unfinished */
	readonly drafts: Drafts;
	#locks = 0;
	/** name of the registration that is open */
	registering: string | null = null;
	/** what waits for the person who is working */
	readonly attention: Attention;

	constructor(readonly device: DeviceApi) {
		this.attention = new Attention(device);
		this.drafts = new Drafts(device);
		this.#site = localStorage.getItem(SITE_KEY);
	}

	get user(): LocalUser | null {
		return this.lock?.kind === 'unlocked' ? this.lock.user : null;
	}

	/** The organization requires a newer version of the app than this one: nothing can be written. */
	get outdated(): { readonly running: string; readonly required: string } | null {
		return this.lock?.kind === 'unlocked' ? (this.lock.outdated ?? null) : null;
	}

	/** The member's name; before the organization is read, the label of the lock screen. */
	get userName(): string {
		return this.organization?.members.find((member) => member.self)?.name ?? this.user?.label ?? '';
	}

	/** Sites the member is posted to; one of them is where they work now. */
	get posted(): readonly SiteInfo[] {
		return this.organization?.sites.filter((s) => s.posted) ?? [];
	}

	get site(): SiteInfo | null {
		return this.posted.find((s) => s.site === this.#site) ?? null;
	}

	/** Remembers only the site's id, which is in the clear anyway. */
	chooseSite(site: string): void {
		this.#site = site;
		localStorage.setItem(SITE_KEY, site);
	}

	siteName(site: string): string {
		return this.organization?.sites.find((s) => s.site === site)?.name ?? '';
	}

	async start(): Promise<void> {
		await this.device.subscribe((event) => this.#hear(event));
		this.sync = await this.device.syncStatus();
		await this.#setLock(await this.device.lockState());
	}

	/** Locks, when the last keystroke is on the disk. */
	async lockNow(): Promise<void> {
		await this.drafts.settle();
		await this.device.lock();
	}

	onCharts(listener: ChartListener): () => void {
		return this.#news.listen(listener);
	}

	async refreshOrganization(): Promise<void> {
		if (this.lock?.kind !== 'unlocked') return;
		const outcome = await this.device.organization();
		if (outcome.ok) {
			this.organization = outcome.value;
			this.#keepSite();
			void tellHubs(this.device);
		}
		this.organizationVersion += 1;
	}

	/** Being posted to a further site must not move anyone: where they work changes only by their own choice. */
	#keepSite(): void {
		if (!this.posted.some((s) => s.site === this.#site)) this.#site = this.posted[0]?.site ?? null;
	}

	async #setLock(state: LockState): Promise<void> {
		const mine = ++this.#locks;
		if (state.kind !== 'unlocked') {
			this.organization = null;
			this.attention.clear();
			this.drafts.leave();
			this.registering = null;
		} else {
			// before any form is shown: it may be one that was left unfinished
			await this.drafts.enter(state.user.member);
			if (mine !== this.#locks) return;
		}
		this.lock = state;
		await this.refreshOrganization();
		if (state.kind === 'unlocked') {
			this.attention.soon();
			void askToKeep();
		}
	}

	#hear(event: DeviceEvent): void {
		switch (event.kind) {
			case 'lock':
				void this.#setLock(event.state);
				break;
			case 'sync': {
				const sent = this.sync !== null && event.status.waitingToSend < this.sync.waitingToSend;
				this.sync = event.status;
				// entries that say "Not sent yet" are read again
				if (sent) this.#news.tell('all');
				break;
			}
			case 'organization':
				void this.refreshOrganization();
				break;
			case 'charts':
				this.#news.tell(event.charts);
				if (this.lock?.kind === 'unlocked') this.attention.soon();
				break;
		}
	}
}

const KEY = Symbol('session');
export const provideSession = (current: () => Session): void => void setContext(KEY, current);
/** The page's session; only below the layout, which renders nothing before there is one. */
export const useSession = (): Session => getContext<() => Session>(KEY)();
