export const load = ({ params }: { params: { site: string; chart: string } }) => ({ site: params.site, chart: params.chart });
