/**
 * Documents in a site's databases that are of no chart: records of the access log, and parts of shared desk indexes. They pass no gate and enter no fold; where
 * they are is noted when they are met, for whoever may open them.
 */
import type { NamedValues } from '../store/index.ts';

/** which pages hold records of the access log: `<database>|<number>` follows */
export const ACCESS_PAGES = 'access-page|';
/** where parts of shared desk indexes are: `<database>|<number of a page, or key of what was carried here>` follows */
export const INDEX_DOCUMENTS = 'index-page|';

type Versioned = { readonly v: string };
export const isOfNoChart = ({ v }: Versioned): boolean => v === 'l1' || v === 'i1';

/** Notes what a page, or a row that was carried here, holds besides envelopes. `database`: its name without prefix. */
export async function noteBeside(cursors: Pick<NamedValues, 'put'>, database: string, place: string, documents: readonly Versioned[]): Promise<void> {
	if (documents.some(({ v }) => v === 'l1')) await cursors.put(`${ACCESS_PAGES}${database}|${place}`, '');
	if (documents.some(({ v }) => v === 'i1')) await cursors.put(`${INDEX_DOCUMENTS}${database}|${place}`, '');
}
