/**
 * An invitation that was scanned in the app: handed to the next screen in memory, and never put into an address, which browsers keep on disk. An
 * invitation for a place without a line names people and sites.
 */
let held: string | null = null;

export const hold = (link: string): void => void (held = link);

/** The link, once. */
export function taken(): string | null {
	const link = held;
	held = null;
	return link;
}
