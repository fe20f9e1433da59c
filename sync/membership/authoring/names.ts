/**
 * Names of members and sites, as those who hold the roster key read them.
 */
import { rosterOpen } from '../../seal/roster.ts';
import type { EpochSecret } from '../../seal/epoch.ts';
import type { RosterSealed } from '../types.ts';

/** The text, or null when the key is not held or the box was altered. */
export function readName(held: readonly EpochSecret[], sealed: RosterSealed | null): string | null {
	if (sealed === null) return null;
	const roster = held.find((secret) => secret.epoch === sealed.epoch && secret.comp === 'roster');
	const opened = roster === undefined ? null : rosterOpen(roster, sealed);
	return opened?.ok ? opened.value : null;
}
