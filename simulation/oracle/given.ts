/**
 * Which change gave a place of a chain, on the device that wrote it, through backups that were put back.
 *
 * A device whose storage was put back may give a place a second time while it does not know of the first: nobody told it yet, and a nurse who waits
 * for the hub writes nothing. What it knows is what it applies at the moment at which the second change is durable, so that there is no excuse for a
 * change that it had taken in and looked past. It does not matter whether somebody saved, or the app itself wrote a marker or a copy.
 */
export class GivenPlaces {
	/** device and place -> changes that were durable there at some time */
	readonly #given = new Map<string, Set<string>>();
	/** changes that their device wrote without knowing of any that had the place before */
	readonly #unknowing = new Set<string>();

	/**
	 * `change` is durable at a place on a device. `applied`: what the device applies at this moment, asked only where the place was given before; null on
	 * one that was never put back, which knows all that it wrote.
	 */
	note(device: number, place: string, change: string, applied: () => ReadonlySet<string> | null): void {
		const name = `${String(device)} ${place}`;
		const here = this.#given.get(name) ?? new Set<string>();
		this.#given.set(name, here);
		if (here.has(change)) return;
		if (here.size > 0) {
			const known = applied();
			if (known !== null && [...here].every((before) => !known.has(before))) this.#unknowing.add(change);
		}
		here.add(change);
	}

	/** Whether all these changes may have one place: but for one, each was written by a device that could not know. */
	couldNotKnow(changes: readonly string[]): boolean {
		return changes.filter((change) => !this.#unknowing.has(change)).length < 2;
	}
}
