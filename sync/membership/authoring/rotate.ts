/**
 * Starting new epochs of places whose keys are held: for all entitled to them, with the older keys wrapped under the new.
 *
 * Every epoch that is held and not yet succeeded is succeeded, concurrent ones too. One whose key has not arrived is left beside the new.
 */
import { err, ok, problem } from '../../result.ts';
import { newEpoch, type EpochSecret } from '../../seal/epoch.ts';
import type { KeyBundleDocument, OlderKeysDocument } from '../../verify/document.ts';
import { placesToRenew, type Place } from '../renewal.ts';
import { epochsOf, type Authority } from '../selectors.ts';
import type { EpochDeclaration, KeyDelivery, MembershipState } from '../types.ts';
import { declareNext, heldOf } from './epochs.ts';
import { present, write, type Outcome, type Pen, type Written } from './pen.ts';
import { wrapForEntitled } from './site.ts';

export type { Place } from '../renewal.ts';

/** Epochs that one statement starts here: with a thousand recipients it stays under its limit. */
export const EPOCHS_AT_ONCE = 200;

export interface NextEpochs {
	readonly keys: readonly EpochSecret[];
	readonly epochs: readonly EpochDeclaration[];
	readonly deliveries: readonly KeyDelivery[];
	readonly documents: readonly (OlderKeysDocument | KeyBundleDocument)[];
	/** places whose present key is not held here */
	readonly left: readonly Place[];
}

/** New epochs for everybody whom `authority` entitles; `state` is what the log says now. */
export function nextEpochs(pen: Pen, state: MembershipState, authority: Authority, places: readonly Place[]): NextEpochs {
	const { held, random, log } = pen;
	const keys: EpochSecret[] = [];
	const epochs: EpochDeclaration[] = [];
	const older: OlderKeysDocument[] = [];
	const left: Place[] = [];
	for (const { site, comp } of places) {
		const before = heldOf(state, held, site, comp);
		const succeeded = new Set(epochsOf(state, site, comp).flatMap((epoch) => epoch.supersedes));
		const present = before.map((secret) => secret.epoch).filter((epoch) => !succeeded.has(epoch));
		// a successor whose key has not come stands beside the new one
		const supersedes = present.length > 0 ? present : before.slice(-1).map(({ epoch }) => epoch);
		if (supersedes.length === 0) {
			left.push({ site, comp });
			continue;
		}
		const next = newEpoch(site, comp, random);
		const { declaration, document } = declareNext(log.org, next, supersedes, before, random);
		keys.push(next);
		epochs.push(declaration);
		older.push(document);
	}
	const { deliveries, bundles } = wrapForEntitled(authority, log.org, keys, pen);
	return { keys, epochs, deliveries, documents: [...older, ...bundles], left };
}

export function rotate(pen: Pen, places: readonly Place[]): Outcome<Written> {
	const state = present(pen);
	if (!state.ok) return state;
	const { keys, epochs, deliveries, documents, left } = nextEpochs(pen, state.value, state.value, places);
	if (left.length > 0) return err(problem('no-key', 'This device does not hold the present key of that compartment.'));
	return write(pen, { kind: 'epoch', epochs, deliveries }, documents, keys);
}

/**
 * Starts an epoch wherever this actor may and nothing may be sealed any more: what a removal that was cut off left undone, or one that was not
 * known to whoever started the last epoch. Null when nothing is to be done, or nothing can be done here. `places`: only these.
 */
export function renew(pen: Pen, places: readonly Place[] | null = null): Outcome<Written | null> {
	const state = present(pen);
	if (!state.ok) return state;
	const due = placesToRenew(state.value, pen.self.actor).filter((place) => places === null || places.some(({ site, comp }) => place.site === site && place.comp === comp));
	const { keys, epochs, deliveries, documents } = nextEpochs(pen, state.value, state.value, due.slice(0, EPOCHS_AT_ONCE));
	return epochs.length === 0 ? ok(null) : write(pen, { kind: 'epoch', epochs, deliveries }, documents, keys);
}
