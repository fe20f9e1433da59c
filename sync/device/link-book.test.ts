import { describe, expect, it } from 'vitest';
import type { Id } from '../change/change.ts';
import { linkValue, relayItem, relayKey, type ChartName } from '../fhir/linkage.ts';
import { Cast, fakeHash, fakeId } from '../merge/cast.ts';
import type { Authority } from '../membership/selectors.ts';
import type { Role } from '../membership/types.ts';
import { ChartIndex, type ChartEntry } from './chart-index.ts';
import { LinkBook } from './link-book.ts';

const [A, B]: [ChartName, ChartName] = [{ site: fakeId('site A'), chart: fakeId('chart at A') }, { site: fakeId('site B'), chart: fakeId('chart at B') }];

/** Members with one role each at site A. */
function membership(roles: { readonly [name: string]: Role }): Authority {
	const [statement, name] = [fakeHash('statement'), { epoch: fakeHash('epoch'), box: '' }];
	const people = Object.entries(roles).map(([who, role]) => ({ who, role, actor: fakeHash(`actor ${who}`), member: fakeId(who) }));
	const keys = { device: fakeId('device'), sign: '', seal: '', transport: '' };
	return {
		root: A.site, sites: new Map([[A.site, { site: A.site, parent: null, kind: 'clinic', name, statement }]]),
		actors: new Map(people.map(({ actor, member }) => [actor, { actor, member, keys, statement, admittedBy: statement }])),
		members: new Map(people.map(({ actor, member, role }) => [member, { member, name, grants: [{ site: A.site, role, statement, by: statement }], former: [], actors: [actor] }])),
		closings: new Map(), kits: new Map()
	};
}

describe('how far a chart\'s history was relayed', () => {
	it('is taken from nobody who could not have relayed it: who may not read a compartment marks nothing of it', () => {
		const cast = new Cast();
		const pair = [A.chart, B.chart].sort() as [Id, Id];
		const through = [{ actor: fakeHash('actor Xavier'), seq: 9 }];
		const marker = (comp: 'desk' | 'clinical') => ({ relay: { [relayKey({ to: B.site, comp })]: relayItem({ to: B.site, comp, through }) } });
		const link = cast.member('Clara', 'A').creates('Linkage', { link: linkValue([A, B], 'linked') }, { create: { kind: 'link', charts: pair } });
		const byReception = cast.member('Rita', 'A').edits(link, { add: { ...marker('clinical') } });
		const byClinician = cast.member('Clara', 'A').edits(byReception, { add: { ...marker('desk') } });
		const index = new ChartIndex();
		const entry: ChartEntry = {
			...A, name: '', also: [], birthDate: null, gender: null, village: null, phone: null, identifiers: [], deceased: false, changed: '', identity: null,
			links: [{ id: link.change.id, changes: [link, byReception, byClinician] }]
		};
		index.put([entry]);
		const book = new LinkBook({ index, state: membership({ Clara: 'clinician', Rita: 'receptionist' }) });
		expect(book.markers(link.change.id, A).map(({ comp }) => comp)).toEqual(['desk']);
	});
});
