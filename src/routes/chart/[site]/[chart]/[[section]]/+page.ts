import type { PageLoad } from './$types';

/** Nothing is fetched: the address names a chart by site and id, and the device answers. */
export const load: PageLoad = ({ params }) => ({ site: params.site, chart: params.chart, section: params.section ?? 'summary' });
