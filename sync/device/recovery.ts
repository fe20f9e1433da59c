/**
 * The recovery kit on a device: made by an owner and shown once, used with enough shares by whoever is unlocked.
 *
 * The secret exists on the device for the moment of splitting and of use. Every making and every use is a statement that all members see; a use ends
 * the kit (attack 24).
 */
import { combine, split } from 'shamir-secret-sharing';
import { hlcMs } from '../change/hlc.ts';
import type { Hash } from '../change/change.ts';
import { kitFrom, makeKit, restore } from '../membership/authoring/kit.ts';
import { encodeShare, kitMark, parseShare, type Share } from '../membership/authoring/share.ts';
import type { KitState } from '../membership/types.ts';
import { ok } from '../result.ts';
import type { Outcome } from './api.ts';
import type { RecoveryKitInfo, RecoveryShare } from './members-api.ts';
import { appTooOld, notArrived, refuse } from './outcome.ts';
import type { Session } from './session.ts';

const SHARES_MAX = 16;
const REASON_CHARACTERS_MAX = 500;

export class Recovery {
	readonly #session: Session;
	readonly #changed: () => void;

	/** `changed`: the log was written to. */
	constructor(session: Session, changed: () => void) {
		this.#session = session;
		this.#changed = changed;
	}

	/** The newest first. */
	kits(): Outcome<readonly RecoveryKitInfo[]> {
		const { state } = this.#session;
		if (state === null) return notArrived();
		return ok([...state.kits.values()].map((kit) => this.#describe(kit)).sort((a, b) => b.made - a.made));
	}

	async make({ needed, of }: { readonly needed: number; readonly of: number }): Promise<Outcome<readonly RecoveryShare[]>> {
		if (!Number.isInteger(needed) || !Number.isInteger(of) || needed < 2 || needed > of || of > SHARES_MAX) {
			return refuse('bad-shares', `A kit has 2 to ${SHARES_MAX} shares, of which at least 2 are needed.`);
		}
		if (this.#session.outdated !== null) return appTooOld(this.#session.outdated);
		const made = makeKit(this.#session.pen(), { needed, shares: of });
		if (!made.ok) return made;
		const parts = await split(made.value.seed, of, needed);
		made.value.seed.fill(0);
		// what was not shown must not be what the log names: the statement is stored only once the shares exist
		await this.#session.control.publish(made.value);
		await this.#session.refreshKeys();
		this.#changed();
		const kit = kitMark(made.value.kit);
		return ok(parts.map((bytes, i) => shown({ kit, number: i + 1, of, needed, bytes })));
	}

	read(text: string): Outcome<RecoveryShare> {
		const share = parseShare(text);
		return share.ok ? ok(shown(share.value)) : share;
	}

	/** The user becomes an owner again, or for the first time. */
	async use({ shares, reason }: { readonly shares: readonly string[]; readonly reason: string }): Promise<Outcome<null>> {
		const { state, self, control } = this.#session;
		const why = reason.trim();
		if (state === null) return notArrived();
		if (why === '' || why.length > REASON_CHARACTERS_MAX) return refuse('no-reason', `Say why the kit is used, in at most ${REASON_CHARACTERS_MAX} characters: all members see it.`);
		const parsed = new Map<number, Share>();
		for (const text of shares) {
			const share = parseShare(text);
			if (!share.ok) return share;
			parsed.set(share.value.number, share.value);
		}
		const kit = this.#kitOf([...parsed.values()]);
		if (!kit.ok) return kit;
		const seed = await combine([...parsed.values()].slice(0, kit.value.needed).map(({ bytes }) => bytes));
		const secrets = kitFrom(seed);
		try {
			if (secrets.actor !== kit.value.kit) return refuse('bad-shares', 'These shares do not belong together. Check them one by one against the paper.');
			const made = restore({
				log: control.log, seed, held: control.keysOf(secrets).keys, owner: self, name: this.#session.user.label, reinstate: [], remove: [], positions: [], reason: why,
				hlc: this.#session.tick(), random: this.#session.pen().random
			});
			if (!made.ok) return made;
			await control.publish(made.value);
		} finally {
			for (const secret of [seed, secrets.sign.seed, secrets.sign.expanded, secrets.seal.secret]) secret.fill(0);
		}
		await this.#session.refreshKeys();
		this.#changed();
		return ok(null);
	}

	/** The kit that shares are of: all of the same, enough, and one that was not used or replaced. */
	#kitOf(shares: readonly Share[]): Outcome<KitState> {
		const [first] = shares;
		if (first === undefined) return refuse('too-few', 'Enter the shares of the recovery kit.');
		const kit = [...(this.#session.state?.kits.values() ?? [])].find((one) => kitMark(one.kit) === first.kit);
		if (kit === undefined) return refuse('unknown-kit', 'This kit is not known to this organization.');
		if (shares.some((share) => share.kit !== first.kit)) return refuse('bad-shares', 'These shares are of different kits.');
		if (kit.status !== 'current') return refuse('kit-ended', 'This recovery kit was used or replaced. Take the shares of the present one.');
		return shares.length < kit.needed ? refuse('too-few', `${kit.needed} shares are needed; ${shares.length} were entered.`) : ok(kit);
	}

	#describe({ kit, statement, by, needed, shares, status, used }: KitState): RecoveryKitInfo {
		const use = used === null ? null : (this.#session.control.log.statement(used)?.statement ?? null);
		return {
			kit: kitMark(kit), made: this.#timeOf(statement), by: this.#session.authorName(by), needed, of: shares, ended: status !== 'current',
			uses: use?.kind === 'restore' ? [{ at: hlcMs(use.hlc), for: this.#session.memberName(use.owner.member) }] : []
		};
	}

	#timeOf(statement: Hash): number {
		const signed = this.#session.control.log.statement(statement);
		return signed === null ? 0 : hlcMs(signed.statement.hlc);
	}
}

const shown = (share: Share): RecoveryShare =>
	({ kit: share.kit, number: share.number, of: share.of, needed: share.needed, text: encodeShare(share) });
