import { expect, test } from 'vitest';
import type { Id } from '$sync/change/change.ts';
import type { SiteInfo } from '$sync/device/api.ts';
import { siteRows } from './tree.ts';

const site = (name: string, parent: string | null): SiteInfo => ({ site: name as Id, parent: parent as Id | null, kind: 'clinic', name, posted: false, role: null });

test('parents stand before their children, by name', () => {
	const rows = siteRows([site('b2', 'region'), site('b1', 'region'), site('region', null), site('team', 'b1')]);
	expect(rows.map((r) => [r.site.name, r.depth])).toEqual([['region', 0], ['b1', 1], ['team', 2], ['b2', 1]]);
});

test('a site whose parent has not arrived is shown at the top, and a ring of sites does not hang the screen', () => {
	expect(siteRows([site('orphan', 'unknown')]).map((r) => r.site.name)).toEqual(['orphan']);
	expect(siteRows([site('a', 'b'), site('b', 'a')])).toEqual([]);
});
