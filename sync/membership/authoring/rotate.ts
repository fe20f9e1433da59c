/**
 * Starting new epochs of places whose keys are held: for all entitled to them, with the older keys wrapped under the new.
 *
 * Every epoch that is held and not yet succeeded is succeeded, concurrent ones too. One whose key has not arrived is left beside the new.
 */
import type { Id } from '../../change/change.ts';
import { err, problem } from '../../result.ts';
import { newEpoch } from '../../seal/epoch.ts';
import type { OlderKeysDocument } from '../../verify/document.ts';
import { epochsOf } from '../selectors.ts';
import type { EpochDeclaration } from '../types.ts';
import { declareNext, heldOf } from './epochs.ts';
import { present, write, type Outcome, type Pen, type Written } from './pen.ts';
import { wrapForEntitled } from './site.ts';

export interface Place {
	readonly site: Id | null;
	readonly comp: EpochDeclaration['comp'];
}

export function rotate(pen: Pen, places: readonly Place[]): Outcome<Written> {
	const state = present(pen);
	if (!state.ok) return state;
	const { held, random, log } = pen;
	const keys = [];
	const epochs: EpochDeclaration[] = [];
	const older: OlderKeysDocument[] = [];
	for (const { site, comp } of places) {
		const before = heldOf(state.value, held, site, comp);
		const succeeded = new Set(epochsOf(state.value, site, comp).flatMap((epoch) => epoch.supersedes));
		const supersedes = before.map((secret) => secret.epoch).filter((epoch) => !succeeded.has(epoch));
		if (supersedes.length === 0) return err(problem('no-key', 'This device does not hold the present key of that compartment.'));
		const next = newEpoch(site, comp, random);
		const { declaration, document } = declareNext(log.org, next, supersedes, before, random);
		keys.push(next);
		epochs.push(declaration);
		older.push(document);
	}
	const { deliveries, bundles } = wrapForEntitled(state.value, log.org, keys, pen);
	return write(pen, { kind: 'epoch', epochs, deliveries }, [...older, ...bundles], keys);
}
