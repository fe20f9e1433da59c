/** How a person looks on the lock screen: a colour of eight and a letter or two. Names are not on a locked disk: the label may be initials already. */
export const COLORS = ['bg-[#0b3d3a]', 'bg-[#5b2a6e]', 'bg-[#7a2f00]', 'bg-[#1c3f7a]', 'bg-[#5a4300]', 'bg-[#7a1740]', 'bg-[#2d4a12]', 'bg-[#3b3b46]'] as const;

export const colorOf = (color: number): string => COLORS[((color % COLORS.length) + COLORS.length) % COLORS.length] ?? COLORS[0];

export const initials = (label: string): string => ([...label].length <= 3 ? label : label.split(/\s+/u).map((word) => [...word][0] ?? '').slice(0, 2).join('')).toUpperCase();
