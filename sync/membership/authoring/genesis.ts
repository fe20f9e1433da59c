/**
 * Founding an organization: its root site, first owner, hub, roster and first epochs.
 *
 * Two statements: the genesis, whose hash is the organization's id, and the delivery of the owner's keys to the owner, which names that id. With
 * them the owner's device, and nobody else, can find all keys again from the log and its own secret.
 */
import { toBase64url } from '../../change/base64url.ts';
import { COMPARTMENTS, type Hash, type Hlc } from '../../change/change.ts';
import type { Random } from '../../change/ports.ts';
import { err, ok, problem } from '../../result.ts';
import { newEpoch, type EpochSecret } from '../../seal/epoch.ts';
import { rosterSeal } from '../../seal/roster.ts';
import { memberIdOf, siteIdOf } from '../ids.ts';
import { MembershipLog } from '../log.ts';
import type { Genesis, HubKey, SignedStatement, SiteKind } from '../types.ts';
import { declareFirst, wrapForAll } from './epochs.ts';
import { documentOf, signStatement, write, type ActorSecrets, type ControlDocument, type Outcome } from './pen.ts';

export interface Founding {
	readonly name: string;
	readonly site: { readonly name: string; readonly kind: SiteKind };
	readonly ownerName: string;
	readonly hub: HubKey;
	readonly self: ActorSecrets;
	/** clock readings of the two statements */
	readonly hlc: readonly [Hlc, Hlc];
	readonly random: Random;
}

export interface Founded {
	readonly org: Hash;
	readonly genesis: SignedStatement;
	/** what the hub is set up with: genesis, bundle, delivery */
	readonly documents: readonly ControlDocument[];
	readonly keys: readonly EpochSecret[];
	readonly log: MembershipLog;
}

export function createGenesis({ name, site, ownerName, hub, self, hlc, random }: Founding): Outcome<Founded> {
	const { actor, keys: owner } = self;
	const rand = toBase64url(random.bytes(16));
	const root = siteIdOf(actor, null, rand);
	const roster = newEpoch(null, 'roster', random);
	const keys = [roster, ...COMPARTMENTS.map((comp) => newEpoch(root, comp, random))];
	const statement: Genesis = {
		v: 1, kind: 'genesis', actor, prev: [], hlc: hlc[0], rand, hub,
		name: rosterSeal(roster, name, random),
		root: { site: root, kind: site.kind, name: rosterSeal(roster, site.name, random) },
		owner: { member: memberIdOf(actor), name: rosterSeal(roster, ownerName, random), keys: owner },
		epochs: keys.map(declareFirst), deliveries: []
	};
	const genesis = signStatement(statement, self);
	const org = genesis.id;
	const log = new MembershipLog(org);
	const [fault] = log.add([genesis]).refused;
	if (fault !== undefined) return err(problem('not-allowed', fault.reason));
	const { deliveries, bundles } = wrapForAll(org, [{ actor, seal: owner.seal, keys }], random);
	const delivery = write({ log, self, held: keys, hlc: hlc[1], random }, { kind: 'epoch', epochs: [], deliveries }, bundles);
	if (!delivery.ok) return delivery;
	log.add([delivery.value.signed]);
	return ok({ org, genesis, documents: [documentOf(genesis), ...delivery.value.documents], keys, log });
}
