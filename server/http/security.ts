/**
 * Headers that tell browsers what a page from here may do: run its own scripts, speak to hubs of its organization, and nothing else.
 */

/**
 * A policy cannot name an IPv6 address (CSP Level 3, host-source); a page that was opened from one has `'self'`. A host that is not plain is left out whatever
 * the log says: `*` would name every host, and `;` would begin another directive.
 */
const canBeNamed = (origin: string): boolean => /^https?:\/\/[a-z0-9.-]+(?::[0-9]+)?$/.test(origin);

/** `'wasm-unsafe-eval'` lets libsodium's WebAssembly compile; no other script source is unsafe. */
export function contentSecurityPolicy(inlineScripts: readonly string[], connect: readonly string[]): string {
	return [
		"default-src 'none'",
		`script-src 'self' 'wasm-unsafe-eval' ${inlineScripts.join(' ')}`.trim(),
		"style-src 'self'",
		"img-src 'self' data: blob:",
		"font-src 'self'",
		"media-src 'self' blob:",
		`connect-src 'self' ${connect.filter(canBeNamed).join(' ')}`.trim(),
		"worker-src 'self'",
		"manifest-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
		"object-src 'none'"
	].join('; ');
}

/** For a hub with a certificate that every browser trusts. Not with a local authority: the page that explains how to trust it must open before. */
export const STRICT_TRANSPORT: readonly [string, string] = ['Strict-Transport-Security', 'max-age=31536000'];

export const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
	['X-Content-Type-Options', 'nosniff'],
	['Referrer-Policy', 'no-referrer'],
	['Cross-Origin-Opener-Policy', 'same-origin'],
	['Cross-Origin-Resource-Policy', 'same-origin'],
	['Origin-Agent-Cluster', '?1'],
	['X-Frame-Options', 'DENY'],
	['Permissions-Policy', 'camera=(self), bluetooth=(), browsing-topics=(), display-capture=(), geolocation=(), hid=(), midi=(), microphone=(), payment=(), serial=(), usb=()']
];
