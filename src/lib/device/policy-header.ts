/**
 * The policy of the page that is kept on the device, with the hubs that the membership log names now (docs/adr/0010-the-policy-of-the-kept-page-follows-the-log.md).
 *
 * Only `connect-src` is written anew, and only with plain origins of single hosts: a wildcard, a path or a `;` is left out whoever named it, as at the hub
 * (`server/http/security.ts`).
 */

const HUBS_MAX = 256;
const PLAIN_ORIGIN = /^https?:\/\/[a-z0-9.-]+(?::[0-9]+)?$/;

/** The policy that lets a page speak to its own origin and these; null when the text has no `connect-src`. */
export function withHubs(policy: string, origins: readonly unknown[]): string | null {
	const directives = policy.split(';').map((directive) => directive.trim());
	if (directives.filter((directive) => /^connect-src(?:\s|$)/.test(directive)).length !== 1) return null;
	const named = origins.filter((origin): origin is string => typeof origin === 'string' && origin.length <= 300 && PLAIN_ORIGIN.test(origin));
	const connect = ["connect-src 'self'", ...new Set(named.slice(0, HUBS_MAX))].join(' ');
	return directives.map((directive) => (/^connect-src(?:\s|$)/.test(directive) ? connect : directive)).join('; ');
}
