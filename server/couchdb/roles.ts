/**
 * Roles by which CouchDB itself enforces access, and what `_security` and the proxy authentication say of them.
 *
 * A database has three roles: `<db>-read`, `<db>-write`, `<db>-deposit`. The gateway names, at each request, those that the membership log gives to the device at that
 * moment; nobody has a password. CouchDB's members may read as well as write, and the rule (`rule.js`) then tells readers from writers and writers from depositors:
 * CouchDB enforces who may write what where, and who may read a database at all. That somebody who may only write or deposit may not read is the gateway's.
 *
 * What authenticates the gateway is an HMAC of the user's name alone (CouchDB's design): whoever has the secret, or has seen one token, can name any role, `_admin` too.
 * So the secret is as good as the administrator's password, and the line between gateway and CouchDB must be private or TLS (docs/threat-model.md).
 */
import { createHmac } from 'node:crypto';
import type { Caller } from '../storage/port.ts';

export const ADMIN_ROLE = '_admin';
/** name under which the gateway asks for itself */
export const GATEWAY_USER = 'saddlebag-gateway';

export const roleOf = (db: string, mode: Caller['mode']): string => `${db}-${mode}`;

/** Roles of a request: of a device, what it asks for and no more; of the gateway itself, reading and writing this database. */
export function rolesFor(db: string, caller: Caller | null): readonly string[] {
	if (caller === null) return [roleOf(db, 'read'), roleOf(db, 'write')];
	return [roleOf(db, caller.mode)];
}

export interface Security {
	readonly admins: { readonly names: readonly string[]; readonly roles: readonly string[] };
	readonly members: { readonly names: readonly string[]; readonly roles: readonly string[] };
}

/** `_security` of a database. Its administrators are those of the server and no others. */
export const securityOf = (db: string): Security => ({
	admins: { names: [], roles: [ADMIN_ROLE] },
	members: { names: [], roles: [roleOf(db, 'read'), roleOf(db, 'write'), roleOf(db, 'deposit')] }
});

/** Headers of CouchDB's proxy authentication, token by SHA-256. */
export function proxyHeaders(user: string, roles: readonly string[], secret: string): Record<string, string> {
	return {
		'X-Auth-CouchDB-UserName': user,
		'X-Auth-CouchDB-Roles': roles.join(','),
		'X-Auth-CouchDB-Token': createHmac('sha256', secret).update(user).digest('hex')
	};
}
