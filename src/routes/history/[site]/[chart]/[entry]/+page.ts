import type { PageLoad } from './$types';

/** Nothing is fetched: the address names an entry by ids, and the device answers. */
export const load: PageLoad = ({ params }) => ({ site: params.site, chart: params.chart, entry: params.entry });
