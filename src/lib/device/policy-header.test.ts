/** What the kept page may speak to. */
import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy } from '../../../server/http/security.ts';
import { withHubs } from './policy-header.ts';

const before = contentSecurityPolicy(["'sha256-abc'"], ['https://hub.example.org']);

describe('the policy of the kept page', () => {
	it('is what the hub sends where it knows the same hubs, and nothing else in it changes', () => {
		const hubs = ['https://hub.example.org', 'https://192.168.8.1:4000'];
		expect(withHubs(before, hubs)).toBe(contentSecurityPolicy(["'sha256-abc'"], hubs));
		expect(withHubs(before, [])).toBe(contentSecurityPolicy(["'sha256-abc'"], []));
	});

	it('attack 48: names single hosts only, whatever a log, a hub or a page says', () => {
		for (const origin of ['https://*', 'https://*.example', "https://a; script-src 'unsafe-inline'", 'https://a b', 'https://a/path', 'data:', '*', "'unsafe-inline'", 'ws://a', 7, null, 'https://a,b', `https://${'a'.repeat(400)}`])
			expect(withHubs(before, [origin])).toBe(contentSecurityPolicy(["'sha256-abc'"], []));
		expect(withHubs("default-src 'none'", ['https://a'])).toBeNull();
		expect(withHubs("connect-src 'self'; connect-src *", ['https://a'])).toBeNull();
	});
});
