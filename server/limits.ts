/**
 * Limits on everything that arrives (invariant A5). Beyond one, the answer is a 4xx that names the limit, and nothing is changed.
 */

/** bytes of a request's body */
export const BODY_BYTES_MAX = 16 * 1024 * 1024;
/** and of one from a client without a session */
export const STRANGER_BODY_BYTES_MAX = 1024 * 1024;
/** and of a use of the recovery kit, which brings keys for whoever it makes an owner */
export const RESTORE_BODY_BYTES_MAX = 4 * 1024 * 1024;
/** bytes of all bodies being read or worked on at once; beyond it, requests are told to come back */
export const BODIES_BYTES_MAX = 256 * 1024 * 1024;
/** bytes of one document as JSON */
export const DOCUMENT_BYTES_MAX = 256 * 1024;
/** bytes of one `_local` document: a replicator's history of some hundred sessions */
export const LOCAL_BYTES_MAX = 64 * 1024;
/** documents in one push */
export const BATCH_DOCUMENTS_MAX = 1_000;
/** rows in one page of `_changes` and `_all_docs`, and keys asked for at once */
export const PAGE_ROWS_MAX = 2_000;
/** documents read from the disk at once while a page is sent: what a slow reader keeps in memory */
export const SLICE_ROWS = 200;
/** a token names up to 4,096 databases, in about 31 KB */
export const HEADER_BYTES_MAX = 64 * 1024;
/** a client that takes longer to send its headers is cut off (slow loris) */
export const HEADERS_TIMEOUT_MS = 15_000;
/** and one that takes longer for the whole request: 16 MiB over a poor line */
export const REQUEST_TIMEOUT_MS = 300_000;
export const KEEP_ALIVE_MS = 65_000;
export const CONNECTIONS_MAX = 4_000;

/** a longpoll waits this long when the client does not say, and at most this long */
export const LONGPOLL_MS = 60_000;
export const LONGPOLL_MS_MAX = 300_000;
export const HEARTBEAT_MS = 60_000;
export const HEARTBEAT_MS_MIN = 100;

/** a challenge must be answered within this time */
export const CHALLENGE_MS = 120_000;
/** a session lasts this long, then the device signs again */
export const SESSION_MS = 30 * 60_000;
