/**
 * A real organization (the cast of the membership tests) whose people write changes that a gate judges: region over clinics north and south, olga owner,
 * lea and lars lead north, carl and nora treat there, sol treats in south.
 */
import { toBase64url } from '../../change/base64url.ts';
import type { Change, Creation, Hash, Id, SignedChange } from '../../change/change.ts';
import { hlc } from '../../change/hlc.ts';
import { encodeChange } from '../../change/text.ts';
import { encodeVoucher, type Voucher } from '../../change/voucher.ts';
import { epochsOf } from '../../membership/selectors.ts';
import { MembershipLog } from '../../membership/log.ts';
import { setup, type Cast, type Person } from '../../membership/testing/cast.ts';
import { sealDeposit } from '../../seal/deposit.ts';
import { sealChange } from '../../seal/envelope.ts';
import { epochKeys, type EpochKeys } from '../../seal/epoch.ts';
import { sign } from '../../seal/keys.ts';
import type { DepositDocument, EnvelopeDocument } from '../../verify/document.ts';
import { changeId, chartId, resourceIdFor } from '../../verify/ids.ts';
import { ChainKnowledge } from '../chain.ts';
import type { DatabaseName } from '../context.ts';
import { Gate } from '../gate.ts';
import { Keyring } from '../keyring.ts';
import { LateMarks } from '../late.ts';

const ACTIVE = { clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] } };

export class ClinicSetting {
	readonly heads: readonly Hash[];
	readonly chart: Id;
	readonly keys = new Map<string, EpochKeys>();

	private constructor(readonly cast: Cast) {
		this.heads = cast.state.heads;
		this.chart = chartId(cast.site('north'), this.carl.actor, cast.random.bytes(16));
		for (const { site, comp, key } of cast.person('olga').held) {
			if (site !== null && comp === 'clinical') this.keys.set(site, epochKeys(cast.org, site, comp, key));
		}
	}

	static async make(): Promise<ClinicSetting> {
		return new ClinicSetting(await setup(
			'olga owner of region', 'clinic north below region', 'clinic south below region', 'lea lead of north', 'lars lead of north',
			'carl clinician of north', 'nora clinician of north', 'sol clinician of south'
		));
	}

	get carl(): Person {
		return this.cast.person('carl');
	}

	get care(): DatabaseName {
		return this.careOf('north');
	}

	careOf(site: string): DatabaseName {
		return { kind: 'care', site: this.cast.site(site) };
	}

	/** The beginning of an allergy, citing what stood when the setting was made. */
	change(by: Person, draft: Partial<Change> = {}): SignedChange {
		const create: Creation = { kind: 'random', rand: toBase64url(this.cast.random.bytes(16)) };
		const site = this.cast.site('north');
		const change: Change = {
			v: 1, org: this.cast.org, site, comp: 'clinical', chart: this.chart, type: 'AllergyIntolerance',
			id: resourceIdFor(create, this.chart, 'clinical', 'AllergyIntolerance', by.actor), actor: by.actor, seq: 1, prev: null, deps: [],
			hlc: hlc(1_700_000_000_000), seen: this.heads, create, set: { status: ACTIVE }, unset: [], add: {}, remove: {}, ...draft
		};
		const text = encodeChange(change);
		const sig = sign('saddlebag/change/1', text, by.self.sign);
		return { id: changeId(text, sig), text, sig, change };
	}

	chain(by: Person, length: number, draft: Partial<Change> = {}): SignedChange[] {
		const chain: SignedChange[] = [];
		for (let seq = 1; seq <= length; seq++) chain.push(this.change(by, { seq, prev: chain.at(-1)?.id ?? null, ...draft }));
		return chain;
	}

	/** The first epoch of a site's clinical compartment: which one it is never affects a verdict. */
	epoch(site: Id): EpochKeys {
		const first = this.keys.get(site);
		if (first === undefined) throw new Error('no such site in the setting');
		return first;
	}

	envelope(signed: SignedChange): EnvelopeDocument {
		return sealChange(this.epoch(signed.change.site), signed);
	}

	/** A copy for the south, vouched for by somebody of the north. */
	deposit(signed: SignedChange, by: Person): DepositDocument {
		const to = this.cast.site('south');
		const voucher: Voucher = { v: 1, org: this.cast.org, site: signed.change.site, comp: 'clinical', change: signed.id, to, actor: by.actor, seen: this.heads };
		const text = encodeVoucher(voucher);
		const [epoch] = epochsOf(this.cast.state, to, 'clinical');
		if (epoch === undefined) throw new Error('no epoch in the south');
		const sealed = sealDeposit({ org: this.cast.org, site: to, comp: 'clinical', epoch: epoch.epoch, pub: epoch.pub }, signed, { text, sig: sign('saddlebag/voucher/1', text, by.self.sign) });
		if (!sealed.ok) throw new Error(sealed.error.message);
		return sealed.value;
	}

	gate(log: MembershipLog, marks: LateMarks): Gate {
		return this.gateOf('north', log, marks);
	}

	gateOf(site: string, log: MembershipLog, marks = new LateMarks()): Gate {
		const keyring = new Keyring();
		keyring.add(this.epoch(this.cast.site(site)));
		return new Gate({ org: this.cast.org, keyring, log, chains: new ChainKnowledge(), marks });
	}

	/** Verdicts in words, of a device that got the whole log and these. */
	judge(changes: readonly SignedChange[]): string[] {
		return this.judgeAt('north', changes.map((signed) => this.envelope(signed)));
	}

	judgeAt(site: string, documents: readonly unknown[]): string[] {
		const log = new MembershipLog(this.cast.org);
		log.add(this.cast.statements);
		const { verdicts } = this.gateOf(site, log).inspect(documents, this.careOf(site));
		return verdicts.map((verdict) => (verdict.kind === 'accepted' ? 'accepted' : `${verdict.kind}: ${verdict.reason}`));
	}
}
