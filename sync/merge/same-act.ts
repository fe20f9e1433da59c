/**
 * Which changes say one act more than once, so that seeing one of them is seeing it.
 *
 * Two devices that import one file make two changes of equal content; the two copies of a link, one in each chart, are written by one
 * hand at once. Without this, an edit that had seen one of them would seem to disagree with the other for ever.
 */
import { canonicalJson } from '../change/canonical.ts';
import type { VerifiedChange } from '../change/change.ts';

/** Sets of positions (two or more) that are one act, from changes in causal order. */
export type SameAct = (changes: readonly VerifiedChange[]) => readonly (readonly number[])[];

/** Equal roots of one import are one; so are those of one move, which two people may make at once. */
export const equalImports: SameAct = (changes) => {
	const roots = changes.flatMap(({ change }, at) => ((change.create?.kind === 'import' || change.create?.kind === 'moved') && change.deps.length === 0 ? [at] : []));
	if (roots.length < 2) return [];
	return classes(roots.map((at) => ({ at, name: contentOf(changes[at]) })));
};

/** Copies of an act on a link: same author, same content, on top of the same acts. */
export const twins: SameAct = (changes) => {
	const actOf = new Map<string, number>();
	const acts = new Map<string, number>();
	const named = changes.map((signed, at) => {
		const onTopOf = [...new Set(signed.change.deps.map((dep) => acts.get(dep) ?? dep))].map(String).sort();
		const name = canonicalJson([signed.change.actor, contentOf(signed), onTopOf]);
		const act = actOf.get(name) ?? actOf.size;
		actOf.set(name, act);
		acts.set(signed.id, act);
		return { at, name };
	});
	return classes(named);
};

function contentOf(signed: VerifiedChange | undefined): string {
	if (signed === undefined) return '';
	const { create, set, unset, add, remove } = signed.change;
	return canonicalJson({ create, set, unset, add, remove });
}

function classes(named: readonly { readonly at: number; readonly name: string }[]): readonly (readonly number[])[] {
	const byName = new Map<string, number[]>();
	for (const { at, name } of named) {
		const members = byName.get(name);
		if (members === undefined) byName.set(name, [at]);
		else members.push(at);
	}
	return [...byName.values()].filter((members) => members.length > 1);
}
