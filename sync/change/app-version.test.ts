import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { APP_VERSION, compareVersions, isAppVersion } from './app-version.ts';

it('is the version of the package', () => {
	const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string };
	expect(APP_VERSION).toBe(version);
	expect(isAppVersion(APP_VERSION)).toBe(true);
});

it('has one text', () => {
	for (const odd of ['', '1', '1.2', '1.2.3.4', '01.2.3', '1.2.3-beta', ' 1.2.3', '1.2.-3', '1.2.1234567', 3, null]) expect(isAppVersion(odd), String(odd)).toBe(false);
});

it('attack 06: is compared by its numbers, and what is no version is older than any', () => {
	const part = fc.nat(999_999);
	fc.assert(fc.property(fc.tuple(part, part, part), fc.tuple(part, part, part), (a, b) => {
		const expected = a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
		expect(Math.sign(compareVersions(a.join('.'), b.join('.')))).toBe(Math.sign(expected));
	}), { seed: 6 });
	expect(compareVersions('0.10.0', '0.9.9')).toBeGreaterThan(0);
	expect(compareVersions('no version', '0.0.0')).toBeLessThan(0);
});
