/**
 * Delivering keys that actors are owed and that are held here: an admission and a new site written at the same time do not know of each other.
 */
import { ok } from '../../result.ts';
import { canHold, owedKeys, sealKeyOf } from '../selectors.ts';
import type { EpochState } from '../types.ts';
import { wrapForAll } from './epochs.ts';
import { present, write, type Outcome, type Pen, type Written } from './pen.ts';

/** Null when nothing is owed that this device could deliver. */
export function deliver(pen: Pen): Outcome<Written | null> {
	const state = present(pen);
	if (!state.ok) return state;
	const owed = owedKeys(state.value);
	const byEpoch = new Map(pen.held.map((secret) => [secret.epoch, secret]));
	// what is held only inside a later epoch, nobody said to have given: the log would not count its delivery, and it would be owed for ever
	const isGiven = ({ holders }: EpochState): boolean => holders.includes(pen.self.actor);
	const recipients = owed.flatMap(({ actor, epochs }) => {
		const seal = sealKeyOf(state.value, actor);
		const given = epochs.filter((epoch) => isGiven(epoch) && canHold(state.value, pen.self.actor, epoch.site, epoch.comp));
		const keys = given.flatMap(({ epoch }) => byEpoch.get(epoch) ?? []);
		// the log would count all of it as delivered: it waits for the rest, or for somebody who has it
		return seal === undefined || keys.length < given.length || keys.length === 0 ? [] : [{ actor, seal, keys }];
	});
	if (recipients.length === 0) return ok(null);
	const { deliveries, bundles } = wrapForAll(pen.log.org, recipients, pen.random);
	// an epoch outlives the removal that began it and was void itself: only who cites that removal has it in their past, and their delivery counts
	const startedBy = new Map(owed.flatMap(({ epochs }) => epochs.map(({ epoch, statement }) => [epoch, statement] as const)));
	const knowing = recipients.flatMap(({ keys }) => keys.flatMap(({ epoch }) => startedBy.get(epoch) ?? []));
	return write(pen, { kind: 'epoch', epochs: [], deliveries }, bundles, [], knowing);
}
