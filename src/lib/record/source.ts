/** A source of a shown item in words: who, at which site, when; from verified headers, through the names the view carries. */
import { m } from '$lib/paraglide/messages.js';
import { hlcMs } from '$lib/format/date.ts';
import { timeInWords } from '$lib/chart/words.ts';
import type { ChartView } from '$sync/device/api.ts';
import type { Source } from '$sync/ehr/view.ts';

const named = (names: { readonly [key: string]: string } | undefined, key: string): string =>
	names !== undefined && Object.hasOwn(names, key) ? (names[key] ?? '') : '';

export function siteOf(source: Pick<Source, 'site'>, view: ChartView | null): string {
	const name = named(view?.siteNames, source.site);
	return name === '' ? m.site_unknown() : name;
}

export function sourceInWords(source: Source, view: ChartView | null): string {
	const author = named(view?.authors, source.actor);
	return m.by_at({ member: author === '' ? m.author_unknown() : author, site: siteOf(source, view), time: timeInWords(hlcMs(source.hlc), source.uncertainTime) });
}
