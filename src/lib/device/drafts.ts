/**
 * Unfinished forms, by member and form. In memory only: leaving a form, locking or another person's turn loses nothing, and nothing of it
 * ever lies on a disk in the clear.
 */
export class Drafts {
	readonly #held = new Map<string, object>();

	/** The draft of that member and name, made when there is none. A name always holds one kind of form. */
	open<T extends object>(member: string, name: string, make: () => T): T {
		const key = `${member} ${name}`;
		const held = this.#held.get(key);
		if (held !== undefined) return held as T;
		const fresh = make();
		this.#held.set(key, fresh);
		return fresh;
	}

	has(member: string, name: string): boolean {
		return this.#held.has(`${member} ${name}`);
	}

	drop(member: string, name: string): void {
		this.#held.delete(`${member} ${name}`);
	}
}
