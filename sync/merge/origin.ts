/**
 * Whether an entry that cites another as its origin says what that one said.
 *
 * Anybody who may write in a chart can begin an entry there under somebody's citation. The name commits to the citation and not to the content, so the
 * content is compared before the original's author is named beside it (attack 52).
 */
import { canonicalJson, isObject } from '../change/canonical.ts';
import type { Json, VerifiedChange } from '../change/change.ts';

/**
 * Did the original, at some time, have each value that the moved entry began with, and does none of its first statements lack here, unless it was
 * cleared? References to other entries are left out: those that moved along have other names now.
 * @param original all changes of the cited entry that are held
 */
export function saysTheSame({ change }: Pick<VerifiedChange, 'change'>, original: readonly Pick<VerifiedChange, 'id' | 'change'>[]): boolean {
	const said = new Set<string>();
	const cleared = new Set(original.flatMap((signed) => signed.change.unset));
	const cited = original.find(({ id }) => change.create?.kind === 'moved' && id === change.create.change);
	if (cited === undefined || Object.keys(cited.change.set).some((group) => !cleared.has(group) && !Object.hasOwn(change.set, group))) return false;
	for (const { change: { set, add } } of original) {
		for (const [group, value] of Object.entries(set)) said.add(canonicalJson([group, withoutReferences(value)]));
		for (const [group, items] of Object.entries(add)) for (const item of Object.values(items)) said.add(canonicalJson([group, withoutReferences(item)]));
	}
	return Object.entries(change.set).every(([group, value]) => said.has(canonicalJson([group, withoutReferences(value)])))
		&& Object.entries(change.add).every(([group, items]) => Object.values(items).every((item) => said.has(canonicalJson([group, withoutReferences(item)]))));
}

function withoutReferences(value: Json): Json {
	if (Array.isArray(value)) return (value as readonly Json[]).map(withoutReferences);
	if (!isObject(value)) return value;
	return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, name === 'reference' ? '' : withoutReferences(member)]));
}
