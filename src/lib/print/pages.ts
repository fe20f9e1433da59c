/**
 * Cutting lines into pages by their measured heights. No line is split, and no heading stands last on a page, where its entries would begin the next one.
 */
export interface Measured { readonly height: number; /** keeps with the line after it */ readonly heading: boolean }

/** Indexes of the lines on each page; a line higher than a page has one to itself. Always at least one page. */
export function intoPages(lines: readonly Measured[], room: number): readonly (readonly number[])[] {
	const pages: number[][] = [[]];
	let left = room;
	for (const [index, { height }] of lines.entries()) {
		const page = pages.at(-1) ?? [];
		if (height > left && page.length > 0) {
			const carried: number[] = [];
			while (page.length > 1 && lines[page.at(-1) ?? 0]?.heading === true) carried.unshift(page.pop() ?? 0);
			pages.push([...carried, index]);
			left = room - [...carried, index].reduce((sum, one) => sum + (lines[one]?.height ?? 0), 0);
		} else {
			page.push(index);
			left -= height;
		}
	}
	return pages;
}
