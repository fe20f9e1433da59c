/**
 * The two versions of the app that a world may hold at once: the present one, and an older one that does not know some of what the present one
 * records.
 *
 * In the bundle the older one is a second build of the whole of `sync/`, with those rows taken out of its tables as the file is loaded
 * (`simulation/bundle.ts`): no shipped code knows of versions that it is not. Outside the bundle both are the present one.
 */
import type { Change } from '../../sync/change/change.ts';
import { Device as PresentDevice } from '../../sync/device/device.ts';
import { Device as OlderDevice } from './older.ts';
import { OLDER_LACKS } from './older-lacks.ts';

export type Version = 'present' | 'older';

export const deviceOf = (version: Version): typeof PresentDevice => (version === 'older' ? OlderDevice : PresentDevice);

/** Does the older version leave this change waiting? */
export function isUnknownToOlder({ type, set, unset, add, remove }: Pick<Change, 'type' | 'set' | 'unset' | 'add' | 'remove'>): boolean {
	if (OLDER_LACKS.types.includes(type)) return true;
	return [...Object.keys(set), ...unset, ...Object.keys(add), ...Object.keys(remove)].some((group) => OLDER_LACKS.groups.includes(`${type}.${group}`));
}
