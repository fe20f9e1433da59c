/** What can be asked about an answer, so that a check names the part of it that matters. */
import type { Reply } from '../target.ts';

export const record = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {});
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const field = (reply: Reply, name: string): unknown => record(reply.json)[name];

/** The design document of a database is CouchDB's business. */
const isDesign = (row: unknown): boolean => String(record(row)['id']).startsWith('_design/');
export const rowsOf = (reply: Reply, name = 'results'): readonly Record<string, unknown>[] => list(field(reply, name)).filter((row) => !isDesign(row)).map(record);
export const idsOf = (reply: Reply, name = 'results'): readonly string[] => rowsOf(reply, name).map((row) => String(row['id']));

/** Of an error: status and both words of the body. */
export const failureOf = (reply: Reply): readonly unknown[] => [reply.status, field(reply, 'error'), field(reply, 'reason')];
/** The same where CouchDB's reason is of no use to anybody. */
export const kindOf = (reply: Reply): readonly unknown[] => [reply.status, field(reply, 'error')];
/** Is it an error as clients read them? */
export const isErrorBody = (reply: Reply): boolean => typeof field(reply, 'error') === 'string' && typeof field(reply, 'reason') === 'string' && /^application\/json/.test(reply.headers.get('content-type') ?? '');

export const sameSet = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
