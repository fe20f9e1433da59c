/** An address is text from outside: it names a chart only when both ids have the form of ids. */
import { isId } from '$sync/change/ids.ts';
import type { ChartRef } from '$sync/device/api.ts';

export const chartRef = (site: string, chart: string): ChartRef | null => (isId(site) && isId(chart) ? { site, chart } : null);
