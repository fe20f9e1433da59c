/**
 * Unfinished forms of whoever is unlocked: in memory while they are open, and on the disk of this device after each keystroke, sealed by its worker.
 *
 * A form is written as it stands, one write after the other and always the newest text: a crash, a flat battery or a closed tab costs at most the
 * keystroke that was on its way. Locking takes every draft out of memory but those whose last keystroke the disk has not confirmed; they are written
 * when the same person unlocks again. Nothing of this is ever sent.
 */
/* eslint-disable svelte/prefer-svelte-reactivity -- what is shown is `listed` and `problem`; the maps are bookkeeping that nothing may react to */
import { untrack } from 'svelte';
import type { DeviceApi } from '$sync/device/api.ts';
import { refusal } from '$lib/language/refusals.ts';
import { parseKept, type DraftAbout, type Kept } from './keptDraft.ts';

/** How a kind of form is begun, put down and taken up again. */
export interface DraftKind<T extends object> {
	make(): T;
	/** JSON data of what is in the form; read anew after each change, so it must read reactive state */
	put(draft: T): unknown;
	/** takes up what was put down; null: it cannot be, by this version of the app or in this chart */
	take(data: unknown): T | null;
	about(draft: T): DraftAbout;
}

export interface ListedDraft extends DraftAbout {
	readonly name: string;
	/** ms since 1970 of the last keystroke */
	readonly at: number;
}

interface Open {
	readonly draft: object;
	readonly stop: () => void;
	readonly about: () => DraftAbout;
	/** as the form was begun: until it differs there is nothing to keep */
	readonly begun: string;
	/** data as it stands, null when it is as it was begun */
	wanted: string | null;
	/** data that the disk has */
	stored: string | null;
}

/** ms that locking waits for the last keystroke to reach the disk */
const SETTLE_MS = 1000;

export class Drafts {
	/** the newest first */
	listed = $state.raw<readonly ListedDraft[]>([]);
	/** something was typed that the disk has not confirmed */
	pending = $state(false);
	/** why the disk does not take what is typed; null when it does */
	problem = $state<string | null>(null);
	readonly #device: DeviceApi;
	readonly #open = new Map<string, Open>();
	/** on the disk, and not open in this tab */
	#kept = new Map<string, Kept>();
	/** by member: what the disk did not confirm before it was locked. null: was to be erased */
	readonly #owed = new Map<string, Map<string, string | null>>();
	#member: string | null = null;
	#turn: Promise<void> = Promise.resolve();
	readonly #due = new Set<string>();

	constructor(device: DeviceApi) {
		this.#device = device;
	}

	/** Reads what the member left unfinished. */
	async enter(member: string): Promise<void> {
		if (this.#member === member) return;
		this.#member = member;
		const owed = this.#owed.get(member);
		this.#owed.delete(member);
		for (const [name, text] of owed ?? []) {
			const outcome = text === null ? await this.#device.dropDraft(name) : await this.#device.keepDraft({ name, text });
			if (!outcome.ok) this.#owe(member, name, text);
		}
		await this.refresh();
	}

	/** Reads again what is on the disk: another tab may have left something there. */
	async refresh(): Promise<void> {
		const outcome = await this.#device.drafts();
		if (!outcome.ok) return;
		this.#kept = new Map(outcome.value.flatMap(({ name, text, at }) => {
			const kept = parseKept(text, at);
			return kept === null || this.#open.has(name) ? [] : [[name, kept] as const];
		}));
		this.#list();
	}

	/** Nothing of anybody's stays in memory, but what the disk has not confirmed. */
	leave(): void {
		const member = this.#member;
		this.#member = null;
		for (const [name, open] of this.#open) {
			open.stop();
			if (member !== null && open.wanted !== open.stored) this.#owe(member, name, open.wanted === null ? null : keptText(open));
		}
		this.#open.clear();
		this.#due.clear();
		this.#kept.clear();
		this.#list();
	}

	/** Resolves when the disk has what was typed, or does not answer in time. */
	async settle(): Promise<void> {
		if (![...this.#open.values()].some(({ wanted, stored }) => wanted !== stored)) return;
		await Promise.race([this.#turn, new Promise((resolve) => setTimeout(resolve, SETTLE_MS))]);
	}

	/** The form of that name: the one that is open, or the one that was left unfinished, or a new one. */
	open<T extends object>(name: string, kind: DraftKind<T>): { readonly draft: T; readonly restored: boolean } {
		const open = this.#open.get(name);
		// a name always holds one kind of form
		if (open !== undefined) return { draft: open.draft as T, restored: true };
		const kept = this.#kept.get(name);
		const taken = kept === undefined ? null : kind.take(kept.data);
		const draft = taken ?? kind.make();
		this.#hold(name, kind, draft, taken === null ? null : JSON.stringify(kept?.data));
		return { draft, restored: taken !== null };
	}

	has(name: string): boolean {
		return this.#open.has(name) || this.#kept.has(name);
	}

	/** The form was saved or thrown away. */
	drop(name: string): void {
		this.#open.get(name)?.stop();
		this.#open.delete(name);
		this.#kept.delete(name);
		this.#list();
		this.#write(name);
	}

	#hold<T extends object>(name: string, kind: DraftKind<T>, draft: T, stored: string | null): void {
		const begun = JSON.stringify(untrack(() => kind.put(stored === null ? draft : kind.make())));
		let open: Open | null = null;
		const stop = $effect.root(() => {
			$effect(() => {
				const data = JSON.stringify(kind.put(draft));
				untrack(() => open !== null && this.#typed(name, open, data));
			});
		});
		open = { draft, stop, about: () => kind.about(draft), begun, wanted: stored, stored };
		this.#open.set(name, open);
	}

	#typed(name: string, open: Open, data: string): void {
		const wanted = data === open.begun ? null : data;
		if (wanted === open.wanted || this.#open.get(name) !== open) return;
		const first = (wanted === null) !== (open.wanted === null);
		open.wanted = wanted;
		if (first) this.#list();
		this.#write(name);
	}

	/** Brings the disk up to what the form holds by the time its turn comes. */
	#write(name: string): void {
		if (this.#due.has(name)) return;
		this.#due.add(name);
		this.pending = true;
		this.#turn = this.#turn.then(() => this.#bring(name)).catch(() => undefined).then(() => void (this.pending = this.#due.size > 0));
	}

	async #bring(name: string): Promise<void> {
		const member = this.#member;
		if (!this.#due.delete(name) || member === null) return;
		const open = this.#open.get(name);
		const wanted = open?.wanted ?? null;
		if (open !== undefined && wanted === open.stored) return;
		const outcome = open === undefined || wanted === null ? await this.#device.dropDraft(name) : await this.#device.keepDraft({ name, text: keptText(open) });
		if (outcome.ok) {
			if (open !== undefined) open.stored = wanted;
			this.problem = null;
		} else if (outcome.error.code === 'locked') {
			// an erasure that locking cut off: what was saved must not be offered again
			if (open === undefined) this.#owe(member, name, null);
		} else this.problem = refusal(outcome.error);
	}

	#owe(member: string, name: string, text: string | null): void {
		const owed = this.#owed.get(member) ?? new Map<string, string | null>();
		owed.set(name, text);
		this.#owed.set(member, owed);
	}

	#list(): void {
		const open = [...this.#open].flatMap(([name, { about, wanted }]) => (wanted === null ? [] : [{ ...about(), name, at: Date.now() }]));
		const kept = [...this.#kept].map(([name, { about, at }]) => ({ ...about, name, at }));
		this.listed = [...open, ...kept].toSorted((a, b) => b.at - a.at);
	}
}

const keptText = ({ about, wanted }: Open): string => `{"v":1,"about":${JSON.stringify(about())},"data":${wanted ?? 'null'}}`;
