/**
 * Who recorded something, in words: from verified headers and the membership log only, never from inside a resource (attack 52).
 */
import type { Hash, Hlc, Id } from '../change/change.ts';
import { hlcMs } from '../change/hlc.ts';
import type { ResourceState } from '../merge/state.ts';
import type { Attribution } from './api.ts';
import type { Session } from './session.ts';

/** What a verified header says of a write. */
export interface Header { readonly change: Hash; readonly actor: Hash; readonly site: Id; readonly hlc: Hlc }

export function attribute(session: Session, { change, actor, site, hlc }: Header, uncertainTime: boolean): Attribution {
	return { change, member: session.authorName(actor), site, siteName: session.siteName(site), at: hlcMs(hlc), uncertainTime };
}

/** The same for a write of this resource: its time is uncertain where the state says so. */
export const attributeIn = (session: Session, state: ResourceState, header: Header): Attribution => attribute(session, header, state.uncertain.includes(header.change));
