import { describe, expect, test } from 'vitest';
import type { Id } from '$sync/change/change.ts';
import type { PatientHit } from '$sync/device/api.ts';
import { grouped, sharesName } from './hits.ts';
import { chartPath } from './path.ts';
import { chartRef } from './reference.ts';

const hit = (chart: string, site: string, name = 'MBABAZI, Grace', linked: readonly string[] = []): PatientHit => ({
	chart: chart as Id, site: site as Id, siteName: site, name, birthDate: null, gender: null, village: null, phone: null, identifiers: [], deceased: false, unsent: false,
	linked: linked.map((c) => ({ site: 'other' as Id, chart: c as Id }))
});

describe('found charts', () => {
	test('those of the present site lead, and each site keeps its order', () => {
		const groups = grouped([hit('1', 'Katwe'), hit('2', 'Bwera'), hit('3', 'Katwe')], 'Bwera');
		expect(groups.map((g) => [g.site, g.here, g.hits.map((h) => h.chart)])).toEqual([['Bwera', true, ['2']], ['Katwe', false, ['1', '3']]]);
	});
	test('one name twice is pointed out, unless both charts are linked', () => {
		const [a, b, c] = [hit('1', 'Katwe'), hit('2', 'Bwera', 'Mbabazi, GRACE'), hit('3', 'Bwera', 'OKELLO, James')];
		expect(sharesName(a, [a, b, c])).toBe(true);
		expect(sharesName(c, [a, b, c])).toBe(false);
		expect(sharesName(hit('1', 'Katwe', 'MBABAZI, Grace', ['2']), [a, b, c])).toBe(false);
	});
});

describe('addresses', () => {
	const [site, chart] = ['0'.repeat(31) + '1', '0'.repeat(31) + '2'];
	test('attack 46: an address names a chart by ids alone', () => expect(chartPath({ site: site as Id, chart: chart as Id }, 'vitals')).toBe(`/chart/${site}/${chart}/vitals`));
	test.each([['', ''], ['../..', chart], [site, '__proto__'], [site, chart + '0'], [site.toUpperCase() + 'G', chart]])('%s %s names none', (s, c) => expect(chartRef(s, c)).toBeNull());
	test('an address of two ids names a chart', () => expect(chartRef(site, chart)).toEqual({ site, chart }));
});
