/**
 * Forms that are not finished: what was typed, as it stands after each keystroke, kept on this device for whoever typed it and for nobody else.
 *
 * A draft is no entry: no chart holds it, no hub is sent it, no colleague sees it. It ends when the form is saved or thrown away.
 */
import type { Outcome } from './api.ts';

/** UTF-16 code units of one draft: a long note is a hundredth of it. */
export const DRAFT_LENGTH_MAX = 1024 * 1024;

export interface KeptDraft {
	/** of the form: one draft under each */
	readonly name: string;
	/** as it was given */
	readonly text: string;
	/** ms since 1970, by this device's clock, of the last keystroke that was kept */
	readonly at: number;
}

export interface DraftsApi {
	/** Keeps what is in a form now, in place of what it held before. When this resolves it is on the disk, sealed under the user's own key. */
	keepDraft(request: { readonly name: string; readonly text: string }): Promise<Outcome<null>>;
	/** All of the user's, the newest first. */
	drafts(): Promise<Outcome<readonly KeptDraft[]>>;
	/** The form was saved, or deliberately thrown away. */
	dropDraft(name: string): Promise<Outcome<null>>;
}
