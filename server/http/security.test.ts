/** What a page may speak to is what the log names, and no more than hosts by name. */
import { expect, it } from 'vitest';
import { contentSecurityPolicy } from './security.ts';

it('attack 57: a policy is not bent by an address in the log: what is not one host is left out', () => {
	const connect = ['https://hub.example.org', 'https://*', 'https://*.example', 'http://x;sandbox', 'https://a,b', 'http://[fd00::1]:4000', 'http://192.168.8.1:4000'];
	expect(contentSecurityPolicy([], connect)).toBe(contentSecurityPolicy([], ['https://hub.example.org', 'http://192.168.8.1:4000']));
	expect(contentSecurityPolicy([], connect)).toContain("connect-src 'self' https://hub.example.org http://192.168.8.1:4000; ");
});
