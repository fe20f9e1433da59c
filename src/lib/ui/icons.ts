/** Outlines on a 24 by 24 grid, one list of paths each. */
export const icons = {
	search: ['M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14', 'M16 16l5 5'],
	person: ['M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8', 'M4 21c1-5 4-7 8-7s7 2 8 7'],
	people: ['M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7', 'M2 20c1-4 3-6 7-6s6 2 7 6', 'M16 5.5a3 3 0 0 1 0 6', 'M18 14.5c2 .7 3.300 2.500 4 5.500'],
	link: ['M9 12h6', 'M10 7H7a5 5 0 0 0 0 10h3', 'M14 7h3a5 5 0 0 1 0 10h-3'],
	site: ['M4 21V10l8-6 8 6v11', 'M9 21v-6h6v6', 'M2 21h20'],
	sync: ['M4 12a8 8 0 0 1 14-5l2 2', 'M20 4v5h-5', 'M20 12a8 8 0 0 1-14 5l-2-2', 'M4 20v-5h5'],
	lock: ['M6 11h12v9H6z', 'M8.500 11V8a3.500 3.500 0 0 1 7 0v3'],
	warning: ['M12 3l10 18H2z', 'M12 10v5', 'M12 18v.1'],
	danger: ['M8 2h8l6 6v8l-6 6H8l-6-6V8z', 'M12 7v6', 'M12 16.500v.1'],
	info: ['M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18', 'M12 11v6', 'M12 7v.1'],
	check: ['M4 12.500l5 5L20 6.500'],
	none: ['M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18', 'M8 12.500l3 3 5-6'],
	unknown: ['M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18', 'M8 12h8'],
	waiting: ['M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18', 'M12 7v5l3 3'],
	device: ['M7 2h10v20H7z', 'M11 18.500h2'],
	add: ['M12 5v14', 'M5 12h14'],
	back: ['M15 5l-7 7 7 7'],
	import: ['M12 3v12', 'M7 10l5 5 5-5', 'M4 20h16'],
	split: ['M12 21v-7', 'M12 14L5 6', 'M12 14l7-8', 'M5 10V6h4', 'M15 6h4v4'],
	copy: ['M9 9h11v11H9z', 'M5 15H4V4h11v1'],
	up: ['M12 20V5', 'M6 11l6-6 6 6'],
	down: ['M12 4v15', 'M6 13l6 6 6-6'],
	'far-up': ['M6 12l6-6 6 6', 'M6 19l6-6 6 6'],
	'far-down': ['M6 5l6 6 6-6', 'M6 12l6 6 6-6'],
	offline: ['M3 3l18 18', 'M5 12a10 10 0 0 1 5-2.700', 'M2 8.500A15 15 0 0 1 6 6', 'M12 5c4 0 7.500 1.500 10 3.500', 'M14.500 10A10 10 0 0 1 19 12', 'M9 16a4.500 4.500 0 0 1 5 0', 'M12 20v.1'],
	phone: ['M6 3h4l2 5-3 2a12 12 0 0 0 5 5l2-3 5 2v4c0 1-1 2-2 2A17 17 0 0 1 4 5c0-1 1-2 2-2z'],
	calendar: ['M4 6h16v14H4z', 'M4 10h16', 'M8 3v4', 'M16 3v4'],
	message: ['M4 5h16v11H10l-5 4v-4H4z']
} as const satisfies Record<string, readonly string[]>;

export type IconName = keyof typeof icons;
