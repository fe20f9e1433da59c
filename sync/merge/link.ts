/**
 * A link between two charts, folded from both its copies.
 *
 * A link is written twice, once in each chart, under one id. Each chart folds its own copy; whoever holds both sites joins them
 * here, so that what was linked at one site and taken back at the other is seen to be contested.
 */
import type { VerifiedChange } from '../change/change.ts';
import { linkOf, type Link } from '../fhir/linkage.ts';
import { foldResource } from './fold.ts';
import { twins } from './same-act.ts';
import type { ResourceState, Write } from './state.ts';

/** One state from the changes of both copies; null without changes. All must be of one Linkage id. */
export const foldLink = (changes: readonly VerifiedChange[]): ResourceState | null => foldResource(changes, twins);

export interface StatedLink {
	readonly link: Link;
	readonly by: Write;
}

/** What is stated of the link now, the leading statement first. More than one: contested, and shown apart. */
export function statedLinks(state: ResourceState): readonly StatedLink[] {
	const shown = state.groups.get('link')?.shown ?? [];
	return shown.flatMap((by) => {
		const link = linkOf(by.value);
		return link === null ? [] : [{ link, by }];
	});
}
