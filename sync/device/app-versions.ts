/**
 * The version of the app that the organization requires, and what an older one may still do: read, send what was saved, take access away (attack 6).
 *
 * It writes no entry, invites and admits nobody, and passes nothing on: whatever fault made an owner ask for a newer one is not carried into the record.
 * Removing a thief cannot wait for an update. What was saved before is safe, and sent.
 */
import { compareVersions, isAppVersion } from '../change/app-version.ts';
import { requireVersion } from '../membership/authoring/minimum.ts';
import { may } from '../membership/selectors.ts';
import { ok } from '../result.ts';
import type { Outcome } from './api.ts';
import type { AppVersions } from './members-api.ts';
import { notArrived, refuse } from './outcome.ts';
import type { Session } from './session.ts';

/** What runs here, and what is required; null while that is new enough. */
export interface Outdated {
	readonly running: string;
	readonly required: string;
}

export const isTooOld = (running: string, required: string | null): required is string => required !== null && compareVersions(running, required) < 0;

export class VersionDesk {
	readonly #session: Session;
	readonly #changed: () => void;

	constructor(session: Session, changed: () => void) {
		this.#session = session;
		this.#changed = changed;
	}

	versions(): Outcome<AppVersions> {
		const { state, self, outdated, running, required } = this.#session;
		if (state === null) return notArrived();
		return ok({ running, required, outdated: outdated !== null, mayRequire: may(state, self.actor, 'found', state.root) });
	}

	/** Nobody requires what they do not run themselves: a slip of the finger would stop everybody, the owner included. */
	async require(version: string): Promise<Outcome<null>> {
		const wanted = version.trim();
		const { running } = this.#session;
		if (!isAppVersion(wanted)) return refuse('bad-version', 'A version has three numbers, as in 1.2.0.');
		if (compareVersions(wanted, running) > 0) return refuse('newer-than-this', `This device runs version ${running}. Update it first, then require that version of the others.`);
		const made = requireVersion(this.#session.pen(), wanted);
		if (!made.ok) return made;
		await this.#session.control.publish(made.value);
		this.#changed();
		return ok(null);
	}
}
