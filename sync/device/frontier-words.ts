/** Alarms as sentences, with names: built only while a user is unlocked. */
import type { Compartment, Hash, Id } from '../change/change.ts';
import { actorsOn } from '../membership/selectors.ts';
import type { AlarmKind, SyncAlarm } from './frontier-api.ts';
import type { Session } from './session.ts';

export interface AlarmFacts {
	readonly kind: AlarmKind;
	readonly site?: Id | null;
	readonly comp?: Compartment | null;
	readonly actor?: Hash | null;
	readonly from?: number | null;
	readonly to?: number | null;
	readonly devices?: readonly Id[];
	readonly since: number;
}

/** People who use a device, by name. */
export function peopleOf(session: Session, device: Id): readonly string[] {
	const { state } = session;
	const members = state === null ? [] : actorsOn(state, device).map(({ member }) => session.memberName(member));
	return members.length === 0 ? [`Device ${device.slice(0, 6)}`] : [...new Set(members)].sort();
}

export function alarmOf(session: Session, facts: AlarmFacts): SyncAlarm {
	const { kind, site = null, comp = null, actor = null, from = null, to = null, devices = [], since } = facts;
	const others = [...new Set(devices.flatMap((device) => peopleOf(session, device)))].sort();
	const siteName = site === null ? null : session.siteName(site);
	const author = actor === null ? null : session.authorName(actor);
	const alarm = { kind, site, siteName, comp, author, from, to, others, since };
	return { ...alarm, message: sentence(alarm) };
}

function sentence({ kind, siteName, comp, author, from, to, others }: Omit<SyncAlarm, 'message'>): string {
	const who = others.length === 0 ? 'Another device' : `The device of ${others.join(', ')}`;
	const place = siteName === null ? '' : ` at ${siteName}${comp === null ? '' : ` (${comp})`}`;
	switch (kind) {
		case 'withheld':
			return `${who} holds entries ${String(from)} to ${String(to)} of ${author ?? 'an author'}${place}; the hub did not give them to this device, or it cannot open them yet.`;
		case 'fork':
			return `${who} states another history of ${author ?? 'an author'}${place} than this one holds: alike up to entry ${String(from)} and different at ${String(to)}. Ask whose device was copied or set back; what arrives of either is kept.`;
		case 'hub-went-back':
			return `The hub went back${place}: it serves an older state of what ${others.join(', ') || 'a device'} signed than it did before. What this device holds is given back to it.`;
		case 'log-withheld':
			return `${who} knows of changes of members or roles that the hub does not give to this device.`;
		case 'used-elsewhere':
			return `What this device stated${place} was stated otherwise elsewhere: it was copied, or set back to an earlier state.`;
		case 'silent':
			return `The hub answers, and for a week has had no news of any other device${place}. Compare with one of them directly.`;
	}
}
