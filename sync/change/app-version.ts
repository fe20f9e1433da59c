/**
 * Which version of the app this is, and which of two is older.
 *
 * An organization may require a version, signed, so that an app with a known fault stops writing (attack 6). Whoever runs an app that was altered does
 * not ask; who runs an old one in good faith is told.
 */

/** As package.json has it, which a test compares. */
export const APP_VERSION = '0.1.0';

const VERSION = /^(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$/;

/** Three numbers without leading zeros: one text for each version. */
export const isAppVersion = (value: unknown): value is string => typeof value === 'string' && VERSION.test(value);

/** Negative when `a` is older than `b`; what is no version is older than any. */
export function compareVersions(a: string, b: string): number {
	const [first, second] = [a, b].map((version) => VERSION.exec(version)?.slice(1).map(Number) ?? [-1]);
	for (let i = 0; i < 3; i++) {
		const difference = (first?.[i] ?? -1) - (second?.[i] ?? -1);
		if (difference !== 0) return difference;
	}
	return 0;
}
