/** Problems: the same diagnosis at the same place of the body in the same episode. */
import { at, codeOf, conceptKeys, dateOf, datesFit, listOf, nameOf } from '../read.ts';
import type { Source } from '../view.ts';
import { remembered, type FactRule } from './rule.ts';

/** Two records of one episode rarely agree on the day it began. */
const EPISODE_DAYS = 30;

export const problemOf = ({ resource }: Source): string => nameOf(resource['code']);
const keys = remembered(({ resource }: Source): readonly string[] => conceptKeys(resource['code']));
const onset = ({ resource }: Source): string => dateOf(resource['onsetDateTime']) || dateOf(at(resource['onsetPeriod'], 'start'));
const isOpen = ({ resource }: Source): boolean =>
	!['inactive', 'resolved', 'remission'].includes(codeOf(resource['clinicalStatus'])) && resource['abatementDateTime'] === undefined;
const bodySites = remembered(({ resource }: Source): readonly string[] => listOf(resource['bodySite']).flatMap(conceptKeys));

function samePlace(a: Source, b: Source): boolean {
	const [x, y] = [bodySites(a), bodySites(b)];
	return x.length === 0 || y.length === 0 || x.some((key) => y.includes(key));
}

/** Two open records of one diagnosis are one problem whatever their dates; closed ones are one when they began together. */
const sameEpisode = (a: Source, b: Source): boolean => (isOpen(a) && isOpen(b)) || datesFit(onset(a), onset(b), EPISODE_DAYS);

export const PROBLEMS: FactRule = {
	type: 'Condition', keys, same: (a, b) => samePlace(a, b) && sameEpisode(a, b), leads: (source) => (isOpen(source) ? 0 : 1),
	differences: [
		{
			kind: 'status-differs', element: 'clinicalStatus', severity: 'warning', says: ({ resource }) => codeOf(resource['clinicalStatus']),
			facts: (lead) => ({ problem: problemOf(lead) })
		},
		{
			kind: 'status-differs', element: 'verificationStatus', severity: 'warning',
			says: ({ resource }) => (codeOf(resource['verificationStatus']) === '' ? '' : codeOf(resource['verificationStatus']) === 'refuted' ? 'refuted' : 'not refuted'),
			facts: (lead) => ({ problem: problemOf(lead) })
		}
	],
	twice: { severity: 'info', facts: (lead) => ({ problem: problemOf(lead) }) },
	sameWhen: 'they share a code or name, no body site speaks against it, and both are open or began within 30 days of each other',
	leadsWhen: 'open before closed, then the latest',
	reason: 'A problem list with each diagnosis once per clinic is not read; a problem closed at one site and treated at another needs a decision.'
};
