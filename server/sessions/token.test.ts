/** Tokens: what went in comes out, within a header, at this hub only. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashOf, idOf } from '../../sync/change/ids.ts';
import { fixedClock, seededRandom } from '../../sync/change/ports.ts';
import { CHALLENGE_MS, HEADER_BYTES_MAX, SESSION_MS } from '../limits.ts';
import { controlName, SITE_DATABASES, siteDatabaseName } from '../storage/names.ts';
import { Tokens } from './token.ts';

const random = seededRandom('tokens');
const ORG = hashOf(random.bytes(32));
const DEVICE = idOf(random.bytes(16));
const clock = fixedClock(1_800_000_000_000);
const tokensOf = (key: string) => new Tokens({ key, macKey: random.bytes(32) }, 'sb', clock);
const hub = tokensOf('hub');
const names = (sites: number) =>
	Array.from({ length: sites }, () => idOf(random.bytes(16))).flatMap((site) => SITE_DATABASES.map((kind) => siteDatabaseName('sb', site, kind)));

describe('a token', () => {
	it('names the databases it was issued for', () => {
		const all = names(8);
		fc.assert(
			fc.property(fc.subarray(all), fc.boolean(), (some, control) => {
				const asked = [...some, ...(control ? [controlName('sb')] : [])];
				const { token } = hub.issue(ORG, DEVICE, asked);
				expect(hub.read(token)).toMatchObject({ org: ORG, device: DEVICE, databases: new Set(asked) });
			}),
			{ seed: 8 }
		);
	});

	it('for 4,096 databases fits into a header', () => {
		expect(hub.issue(ORG, DEVICE, names(1366)).token.length).toBeLessThan(HEADER_BYTES_MAX);
	});

	it('is void at another hub, even with the same key, and once it has ended', () => {
		const macKey = random.bytes(32);
		const one = new Tokens({ key: 'one', macKey }, 'sb', clock);
		const { token, expires } = one.issue(ORG, DEVICE, []);
		expect(new Tokens({ key: 'two', macKey }, 'sb', clock).read(token)).toBeNull();
		expect(tokensOf('one').read(token)).toBeNull();
		expect(one.read(token)).not.toBeNull();
		expect(expires).toBe(clock.now() + SESSION_MS);
		clock.set(expires);
		expect(one.read(token)).toBeNull();
	});

	it('attack 57: altered in any character, cut short or made longer, is none, and a challenge is not open', () => {
		const { token } = hub.issue(ORG, DEVICE, names(2));
		const challenge = hub.challenge();
		expect([hub.read(token) !== null, hub.isOpen(challenge)]).toEqual([true, true]);
		for (let at = 0; at < token.length; at++) {
			// the last character of a base64url text has bits that no byte takes: they count too
			for (const other of ['A', 'B', 'a', '0', '_', '.', '~']) {
				if (other !== token[at]) expect(hub.read(token.slice(0, at) + other + token.slice(at + 1)), `${at} ${other}`).toBeNull();
				if (at < challenge.length && other !== challenge[at]) expect(hub.isOpen(challenge.slice(0, at) + other + challenge.slice(at + 1)), `${at} ${other}`).toBe(false);
			}
			expect(hub.read(token.slice(0, at)), `${at}`).toBeNull();
			expect(hub.read(`${token.slice(0, at)}A${token.slice(at)}`), `${at}`).toBeNull();
		}
		for (const longer of [`${token}A`, `${token}=`, `${token}.`, ` ${token}`, `${token}\n`]) expect(hub.read(longer)).toBeNull();
	});

	it('that is any text is none', () => {
		fc.assert(fc.property(fc.string(), (text) => hub.read(text) === null && !hub.isOpen(text)), { seed: 9 });
	});
});

describe('a challenge', () => {
	it('is open until it is used or ends, and is no token', () => {
		const challenge = hub.challenge();
		expect(hub.isOpen(challenge)).toBe(true);
		expect(hub.read(challenge)).toBeNull();
		expect(tokensOf('hub').isOpen(challenge)).toBe(false);
		hub.use(challenge);
		expect(hub.isOpen(challenge)).toBe(false);
		const other = hub.challenge();
		clock.set(clock.now() + CHALLENGE_MS);
		expect(hub.isOpen(other)).toBe(false);
	});
});
