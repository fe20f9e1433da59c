/**
 * A small organization with real envelopes for tests of the oracle's checks: clinics A and B under a region, a law that says so, and
 * all its keys.
 */
import type { Compartment, SignedChange } from '../../sync/change/change.ts';
import { Setting } from '../../sync/gate/testing/setting.ts';
import { epochKeys, newEpoch } from '../../sync/seal/epoch.ts';
import type { Arrived } from '../oracle/expect.ts';
import type { Law } from '../oracle/law.ts';
import type { Sealed, WorldKey } from '../oracle/open.ts';

export class Evidence extends Setting {
	readonly keys: readonly WorldKey[];
	readonly law: Law;

	constructor(seed: number) {
		super(seed);
		const keys: WorldKey[] = [];
		for (const site of [this.region, this.a, this.b]) {
			for (const comp of ['desk', 'clinical', 'restricted'] satisfies Compartment[]) {
				const { epoch, key } = newEpoch(site, comp, this.random);
				this.epochs.set(`${site}/${comp}`, epochKeys(this.org, site, comp, key));
				keys.push({ org: this.org, site, comp, epoch, key });
			}
		}
		this.keys = keys;
		const actor = (person: Setting['nurseA'], site: string, role: string): [string, Law['actors'] extends ReadonlyMap<string, infer A> ? A : never] =>
			[person.actor, { sign: person.key.publicKey, posts: [{ site, role }] }];
		this.law = {
			org: this.org, sites: new Map([[this.region, null], [this.a, this.region], [this.b, this.region]]),
			actors: new Map([actor(this.nurseA, this.a, 'clinician'), actor(this.nurseB, this.b, 'clinician'), actor(this.receptionistA, this.a, 'receptionist')])
		};
	}

	/** The envelope of a change in the database of its site. */
	arrived(signed: SignedChange, document: Sealed = this.envelope(signed), site: string = signed.change.site): Arrived {
		return { db: `sb-${site}-${signed.change.comp === 'desk' ? 'desk' : 'care'}`, document };
	}
}
