/**
 * Why this is shown: for every state a group can be in, a code for programs and a plain sentence for people.
 */
import type { GroupState } from './state.ts';

export type WhyCode =
	| 'one-value' | 'agreed' | 'cleared' | 'latest' | 'all-shown' | 'safest' | 'furthest' | 'contradiction'
	| 'amended' | 'amended-differently' | 'versions-differ' | 'list' | 'item-differs' | 'item-latest' | 'all-in-order';

export interface Why {
	readonly code: WhyCode;
	readonly text: string;
}

const SENTENCES: { readonly [code in WhyCode]: string } = {
	'one-value': 'This is the only value that nobody has replaced.',
	agreed: 'Several people recorded the same value.',
	cleared: 'The value was cleared.',
	latest: 'Two people changed this without seeing each other. The later entry is shown; the other is kept in the history.',
	'all-shown': 'Two people changed this without seeing each other. All values are shown until somebody decides.',
	safest: 'Two people changed this without seeing each other. The safer value is shown until somebody decides.',
	furthest: 'Two people changed this without seeing each other. The step that is furthest along is shown.',
	contradiction: 'Two entries contradict each other. Both are shown until somebody decides.',
	amended: 'This was changed after it was final. The original stays beside the amendment.',
	'amended-differently': 'This was final, and was changed differently by people who had not seen each other. The original leads until somebody decides.',
	'versions-differ': 'Two versions differ. All are shown until somebody decides.',
	list: 'Everything recorded here is shown.',
	'item-differs': 'Two people recorded the same item differently. Both versions are shown until somebody decides.',
	'item-latest': 'Two people recorded the same item differently. The later one is shown; the other is kept in the history.',
	'all-in-order': 'All entries are shown in the order in which they were written.'
};

/** Why a group shows what it shows. */
export function explain(group: GroupState): Why {
	const code = codeFor(group);
	return { code, text: SENTENCES[code] };
}

function codeFor(group: GroupState): WhyCode {
	if (group.rule === 'append') return 'all-in-order';
	if (group.rule === 'union') return !group.conflict ? 'list' : group.review ? 'item-differs' : 'item-latest';
	if (!group.conflict) {
		if (group.shown.length > 1) return 'amended';
		if (group.heads.length > 1) return 'agreed';
		return group.shown[0]?.value === null ? 'cleared' : 'one-value';
	}
	switch (group.rule) {
		case 'last':
			return 'latest';
		case 'both':
			return 'all-shown';
		case 'safest':
			return 'safest';
		case 'furthest':
			return group.review ? 'contradiction' : 'furthest';
		case 'frozen':
			return group.shown.some((write) => !group.heads.some((head) => head.change === write.change)) ? 'amended-differently' : 'versions-differ';
	}
}
