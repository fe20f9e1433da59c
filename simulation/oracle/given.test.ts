import { describe, expect, it } from 'vitest';
import { GivenPlaces } from './given.ts';

const applies = (...changes: string[]) => () => new Set(changes);

describe('a place of a chain that is given again', () => {
	it('is excused where the device was put back and had not heard of the first, whoever wrote the second', () => {
		const given = new GivenPlaces();
		given.note(3, 'c|chain|1', 'edit', applies());
		given.note(3, 'c|chain|1', 'marker', applies('of somebody else'));
		expect(given.couldNotKnow(['edit', 'marker'])).toBe(true);
	});

	it('is not excused where the device had heard of the first', () => {
		const given = new GivenPlaces();
		given.note(3, 'c|chain|1', 'edit', applies());
		given.note(3, 'c|chain|1', 'marker', applies('edit'));
		expect(given.couldNotKnow(['edit', 'marker'])).toBe(false);
	});

	it('is not excused on a device that was never put back', () => {
		const given = new GivenPlaces();
		given.note(3, 'c|chain|1', 'edit', applies());
		given.note(3, 'c|chain|1', 'marker', () => null);
		expect(given.couldNotKnow(['edit', 'marker'])).toBe(false);
	});

	it('is not excused by the ignorance of another device, or of another time', () => {
		const given = new GivenPlaces();
		given.note(3, 'c|chain|1', 'edit', applies());
		given.note(4, 'c|chain|1', 'marker', applies());
		expect(given.couldNotKnow(['edit', 'marker'])).toBe(false);
		given.note(3, 'c|chain|1', 'second', applies());
		given.note(3, 'c|chain|1', 'third', applies('second'));
		expect(given.couldNotKnow(['edit', 'second'])).toBe(true);
		expect(given.couldNotKnow(['edit', 'second', 'third'])).toBe(false);
	});

	it('is given once by a change that is written again, to note that a hub has it', () => {
		const given = new GivenPlaces();
		given.note(3, 'c|chain|1', 'edit', applies());
		given.note(3, 'c|chain|1', 'edit', () => { throw new Error('asked for nothing'); });
		expect(given.couldNotKnow(['edit'])).toBe(true);
	});
});
