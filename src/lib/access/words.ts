/** Parts of a record in words: what a key opens. */
import { m } from '$lib/paraglide/messages.js';
import type { Compartment } from '$sync/change/change.ts';

export function compName(comp: Compartment): string {
	switch (comp) {
		case 'desk': return m.comp_desk();
		case 'clinical': return m.comp_clinical();
		case 'restricted': return m.comp_restricted();
	}
}
