/**
 * The organization of a simulated world: founded and joined with the same authoring acts as ever, by people who all stand in one room. Its log
 * follows from its shape alone, so that worlds of one shape share it.
 */
import type { Hash, Id } from '../../sync/change/change.ts';
import { hlc, tick } from '../../sync/change/hlc.ts';
import { idOf } from '../../sync/change/ids.ts';
import { seededRandom } from '../../sync/change/ports.ts';
import { admit } from '../../sync/membership/authoring/admit.ts';
import { answer, openAnswer } from '../../sync/membership/authoring/answer.ts';
import { keyDocuments, openDeliveries } from '../../sync/membership/authoring/deliveries.ts';
import { createGenesis } from '../../sync/membership/authoring/genesis.ts';
import { invite } from '../../sync/membership/authoring/invite.ts';
import type { ActorSecrets, ControlDocument, Pen } from '../../sync/membership/authoring/pen.ts';
import { newActor } from '../../sync/membership/authoring/pen.ts';
import { letCarry } from '../../sync/membership/authoring/carrier.ts';
import { addSite } from '../../sync/membership/authoring/site.ts';
import { carrierProofText } from '../../sync/membership/carrier.ts';
import { MembershipLog } from '../../sync/membership/log.ts';
import type { Grant } from '../../sync/membership/types.ts';
import type { Result } from '../../sync/result.ts';
import type { EpochSecret } from '../../sync/seal/epoch.ts';
import { newSigningKey, sign, type SigningKey } from '../../sync/seal/keys.ts';
import { createWrap, type PassphraseWrap } from '../../sync/seal/passphrase.ts';
import type { AnswerDocument } from '../../sync/verify/document.ts';
import type { Plan } from '../plan.ts';
import { ORIGIN, originOfBox } from './hub.ts';
import { START_MS } from './timeline.ts';

export const PASSPHRASE = 'kept in the simulator';

export interface Person {
	readonly member: Id;
	readonly transport: SigningKey;
	readonly self: ActorSecrets;
	readonly wrap: PassphraseWrap;
}

export interface Founded {
	readonly org: Hash;
	readonly hub: SigningKey;
	readonly documents: readonly (ControlDocument | AnswerDocument)[];
	/** by number of the plan */
	readonly sites: readonly Id[];
	/** by number of the plan's devices that are no second tab; the first is the founder */
	readonly people: readonly Person[];
	/** keys of the boxes, by number of the plan */
	readonly boxes: readonly SigningKey[];
	/** all epoch keys of the beginning */
	readonly keys: readonly EpochSecret[];
}

type Shape = Pick<Plan, 'crypto' | 'sites' | 'members' | 'boxes'>;
const founded = new Map<string, Promise<Founded>>();

/** The organization of this shape. Member 0 founds it and owns it. */
export function organizationOf({ crypto, sites, members, boxes = [] }: Shape): Promise<Founded> {
	const name = JSON.stringify([crypto, sites, members, ...(boxes.length === 0 ? [] : [boxes])]);
	const known = founded.get(name) ?? found({ crypto, sites, members, boxes }, name);
	founded.set(name, known);
	return known;
}

function must<T>(result: Result<T, { readonly message: string }>): T {
	if (!result.ok) throw new Error(`the organization of a simulated world could not be founded: ${result.error.message}`);
	return result.value;
}

async function found({ sites, members, boxes = [] }: Shape, name: string): Promise<Founded> {
	const random = seededRandom(name);
	const hub = newSigningKey(random);
	// long before the run, so that a device whose clock is right is never before it
	let reading = hlc(START_MS - 86_400_000);
	const now = () => (reading = tick(reading, START_MS - 86_400_000));
	const transport = newSigningKey(random);
	const self = newActor(transport, random);
	const genesis = must(createGenesis({
		name: 'Rural Health', site: { name: nameOfSite(0), kind: sites[0]?.kind ?? 'region' }, ownerName: nameOfMember(0), self,
		hub: { key: hub.publicKey, origins: [ORIGIN] }, hlc: [now(), now()], random
	}));
	const { org, log } = genesis;
	const documents: (ControlDocument | AnswerDocument)[] = [...genesis.documents];
	const ids: Id[] = [must({ ok: true, value: log.state?.root ?? ('' as Id) })];
	const pen = (): Pen => ({ log, self, held: openDeliveries(log, self, keyDocuments(documents)).keys, hlc: now(), random });
	const posted = <T extends { readonly documents: readonly ControlDocument[] }>(written: T): T => {
		documents.push(...written.documents);
		log.add(written.documents.flatMap((document) => (document.v === 's1' ? [document] : [])));
		return written;
	};
	for (const [i, site] of sites.entries()) {
		if (i > 0) ids.push(posted(must(addSite(pen(), { name: nameOfSite(i), kind: site.kind, parent: ids[site.parent ?? 0] ?? ids[0] as Id }))).site);
	}
	const first = log.state?.actors.get(self.actor)?.member as Id;
	const people: Person[] = [{ member: first, transport, self, wrap: await wrapOf(self, org, first, random) }];
	for (const [i, { posts, joins }] of members.entries()) {
		if (i === 0) continue;
		if (joins === true) {
			people.push(await stranger(org, random));
			continue;
		}
		const grants: Grant[] = posts.map(({ site, role }) => ({ site: ids[site % ids.length] as Id, role }));
		const invited = posted(must(invite(pen(), { grants, expires: START_MS + 86_400_000, hub: { key: hub.publicKey, origin: ORIGIN } })));
		const device = newSigningKey(random);
		const answered = answer(invited.link, { name: nameOfMember(i), transport: device, random });
		documents.push(answered.document);
		const opened = must(openAnswer(log.state as NonNullable<MembershipLog['state']>, self, answered.document));
		posted(must(admit(pen(), { answer: opened, nowMs: START_MS })));
		const member = log.state?.actors.get(answered.self.actor)?.member as Id;
		people.push({ member, transport: device, self: answered.self, wrap: await wrapOf(answered.self, org, member, random) });
	}
	const carriers = boxes.map(() => newSigningKey(random));
	for (const [i, { sites: carried }] of boxes.entries()) {
		const key = carriers[i] as SigningKey;
		const box = { key: key.publicKey, origins: [originOfBox(i)] };
		const proof = sign('saddlebag/enrolment/1', carrierProofText(org, box), key);
		posted(must(letCarry(pen(), { v: 1, org, hub: box, proof }, carried.map((site) => ids[site % ids.length] as Id))));
	}
	return { org, hub, boxes: carriers, documents, sites: ids, people, keys: openDeliveries(log, self, keyDocuments(documents)).keys };
}

/** Somebody who is no member yet. Their device has a transport key; all else it makes when it answers an invitation. */
async function stranger(org: Hash, random: ReturnType<typeof seededRandom>): Promise<Person> {
	const transport = newSigningKey(random);
	const self = newActor(transport, random);
	const member = idOf(random.bytes(16));
	return { member, transport, self, wrap: await wrapOf(self, org, member, random) };
}

const wrapOf = async (self: ActorSecrets, org: Hash, member: Id, random: ReturnType<typeof seededRandom>): Promise<PassphraseWrap> =>
	must(await createWrap(PASSPHRASE, { sign: self.sign, seal: self.seal }, { org, member, device: self.keys.device }, random));

/** Every name carries the canary: it must be nowhere at the hub. */
export const CANARY = 'Kanarienvogel';
export const nameOfSite = (i: number): string => `Clinic ${i} ${CANARY}`;
export const nameOfMember = (i: number): string => `Member ${i} ${CANARY}`;
