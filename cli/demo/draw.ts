/** Seeded draws for the demo: one seed, one organization, the same on every machine. */
import type { Random } from '../../sync/change/ports.ts';

export interface Draw {
	/** integer from `low` to `high`, both included */
	int(low: number, high: number): number;
	chance(probability: number): boolean;
	pick<T>(from: readonly T[]): T;
	/** 16 bytes as a UUID for `urn:uuid:` references inside a bundle */
	uuid(): string;
}

export function drawFrom(random: Random): Draw {
	const unit = () => {
		const [a = 0, b = 0, c = 0, d = 0] = random.bytes(4);
		return (a * 0x1000000 + b * 0x10000 + c * 0x100 + d) / 0x100000000;
	};
	const int = (low: number, high: number) => low + Math.floor(unit() * (high - low + 1));
	return {
		int,
		chance: (probability) => unit() < probability,
		pick: <T>(from: readonly T[]): T => {
			const value = from[int(0, from.length - 1)];
			if (value === undefined) throw new RangeError('nothing to pick from');
			return value;
		},
		uuid: () => {
			const hex = Array.from(random.bytes(16), (byte) => byte.toString(16).padStart(2, '0')).join('');
			return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
		}
	};
}
