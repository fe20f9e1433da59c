/**
 * The one search box: asks the device at every keystroke, shows the newest answer only, and keeps the list fresh while charts move.
 * Nothing typed here leaves memory: no address bar, no history.
 */
import type { PatientHit } from '$sync/device/api.ts';
import { grouped, sharesName, type SiteGroup } from './hits.ts';
import type { Session } from '$lib/device/session.svelte.ts';
import { westernDigits } from '$lib/format/number.ts';
import { refusal } from '$lib/language/refusals.ts';

const HITS_MAX = 50;
/** shown below the day's work while nothing is looked for */
const RECENT_MAX = 12;

export class PatientSearch {
	query = $state('');
	hits = $state.raw<readonly PatientHit[]>([]);
	problem = $state<string | null>(null);
	/** the query that `hits` answers; null before the first answer */
	answered = $state<string | null>(null);
	#asked = 0;

	constructor(private readonly session: Session) {}

	get groups(): readonly SiteGroup[] {
		return grouped(this.hits, this.session.site?.site ?? null);
	}

	/** The same name more than once, and not as linked charts of one person. */
	sharesName(hit: PatientHit): boolean {
		return sharesName(hit, this.hits);
	}

	async ask(): Promise<void> {
		const mine = ++this.#asked;
		const query = westernDigits(this.query).trim();
		const outcome = await this.session.device.search({ query, site: this.session.site?.site ?? null, limit: query === '' ? RECENT_MAX : HITS_MAX });
		if (mine !== this.#asked) return;
		this.answered = query;
		if (outcome.ok) {
			this.hits = outcome.value;
			this.problem = null;
		} else this.problem = refusal(outcome.error);
	}
}
