/**
 * Headers that tell browsers what a page from here may do: run its own scripts, speak to hubs of its organization, and nothing else.
 */

/** A policy cannot name an IPv6 address (CSP Level 3, host-source); a page that was opened from one has `'self'`. */
const canBeNamed = (origin: string): boolean => !origin.includes('[');

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

export const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
	['X-Content-Type-Options', 'nosniff'],
	['Referrer-Policy', 'no-referrer'],
	['Cross-Origin-Opener-Policy', 'same-origin'],
	['X-Frame-Options', 'DENY'],
	['Permissions-Policy', 'camera=(self), geolocation=(), microphone=(), payment=(), usb=()']
];
