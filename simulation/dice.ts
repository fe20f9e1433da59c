/**
 * Chance from a seed (sfc32), for plans and faults. Each user has dice of its own, named by a text, so that leaving out one step or fault
 * does not change what chance decides in the others.
 */
export class Dice {
	#a: number;
	#b: number;
	#c: number;
	#counter = 1;

	constructor(name: string) {
		const word = (start: number): number => {
			let hash = start;
			for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
			return hash | 0;
		};
		[this.#a, this.#b, this.#c] = [word(0x811c9dc5), word(0x9e3779b9), word(0x7f4a7c15)];
		for (let i = 0; i < 16; i++) this.fraction();
	}

	/** 0 inclusive to 1 exclusive */
	fraction(): number {
		const out = (((this.#a + this.#b) | 0) + this.#counter) | 0;
		this.#counter = (this.#counter + 1) | 0;
		this.#a = this.#b ^ (this.#b >>> 9);
		this.#b = (this.#c + (this.#c << 3)) | 0;
		this.#c = (this.#c << 21) | (this.#c >>> 11);
		this.#c = (this.#c + out) | 0;
		return (out >>> 0) / 0x1_0000_0000;
	}

	chance(share: number): boolean {
		return this.fraction() < share;
	}

	/** an integer from 0 to n - 1 */
	below(n: number): number {
		return Math.floor(this.fraction() * n);
	}

	between(least: number, most: number): number {
		return least + this.below(most - least + 1);
	}

	/** A number between two, most often near the lesser: as likely in each power of ten. */
	spread(least: number, most: number): number {
		return Math.round(least * (most / least) ** this.fraction());
	}

	of<T>(list: readonly [T, ...T[]] | readonly T[]): T {
		const item = list[this.below(list.length)];
		if (item === undefined) throw new RangeError('nothing to choose from');
		return item;
	}
}
