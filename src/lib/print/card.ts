/**
 * What stands in the code of a patient's card: which chart, and nothing of the person. Its ids are random; only devices of the organization that hold the
 * chart can make anything of them.
 */
import type { ChartRef } from '$sync/device/api.ts';
import { chartRef } from '$lib/patient/reference.ts';

const PREFIX = 'urn:saddlebag:chart:';

export const cardText = ({ site, chart }: ChartRef): string => `${PREFIX}${site}:${chart}`;

/** Null: the code is of something else. */
export function readCard(scanned: string): ChartRef | null {
	const [site = '', chart = '', ...more] = scanned.startsWith(PREFIX) ? scanned.slice(PREFIX.length).split(':') : [];
	return more.length === 0 ? chartRef(site, chart) : null;
}
