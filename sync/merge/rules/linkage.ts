/** Merge rules of Linkage: whether two charts are of one person. */
import { isObject } from '../../change/canonical.ts';
import { linkOf, relayKey, relayMarkerOf } from '../../fhir/linkage.ts';
import { NONE, type ItemKey, type Order, type Row } from './row.ts';

const STATE: Order = { of: 'state of the link', label: (value) => linkOf(value)?.state ?? NONE, ranks: ['not-same', 'unlinked', 'linked', NONE] };

const RELAY: ItemKey = {
	of: 'receiving site and compartment',
	key: (item) => {
		const marker = relayMarkerOf(item);
		return marker !== null ? relayKey(marker) : isObject(item) && typeof item['url'] === 'string' ? item['url'] : null;
	}
};

export const rows: readonly Row[] = [
	{ group: 'link', rule: 'both', leads: STATE, reason: 'Linked by one and taken back by another at once: two people\'s records shown as one is the worse error, so they stand apart until somebody has looked (OpenCR, JeMPI: merges that cannot be told from matches).' },
	{ group: 'relay', rule: 'union', key: RELAY, sameKey: 'last', reason: 'Each receiving site has its own mark of how far it was served; a mark that is behind makes a repeat, never a gap.' },
	{ group: 'narrative', rule: 'last', reason: 'The text of a link is for readers outside; the state of the link is what counts.' }
];
