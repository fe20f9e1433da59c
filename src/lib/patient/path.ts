/** Addresses name charts by id only: nothing of a person stands in an address bar or a history. */
import type { ChartRef } from '$sync/device/api.ts';

export const SECTIONS = ['summary', 'allergies', 'problems', 'medicines', 'vitals', 'vaccines', 'laboratory', 'care', 'notes', 'shared'] as const;
export type Section = (typeof SECTIONS)[number];

export const chartPath = (ref: ChartRef, section: Section = 'summary'): string => `/chart/${ref.site}/${ref.chart}${section === 'summary' ? '' : `/${section}`}`;

/** The history of one entry, whatever chart it stands in. */
export const historyPath = (ref: ChartRef, entry: string): string => `/history/${ref.site}/${ref.chart}/${entry}`;
