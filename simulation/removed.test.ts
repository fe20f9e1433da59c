/** What is held against an organization in which people lost something: each promise broken once, by hand. */
import libsodium from 'libsodium-wrappers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Change, Hash } from '../sync/change/change.ts';
import { usableEpochs } from '../sync/membership/renewal.ts';
import { setup, type Cast, type Person } from '../sync/membership/testing/cast.ts';
import { ready } from '../sync/verify/sodium.ts';
import type { OpenedChange } from './oracle/open.ts';
import { mayStillWrite, organizationBy, sealedForShutOut, usesOfKits, type Organization } from './removed.ts';
import { Evidence } from './testing/evidence.ts';

beforeAll(async () => {
	await libsodium.ready;
	await ready();
});

const by = (cast: Cast): Organization => organizationBy(cast.org, cast.documents);
const everything = (organization: Organization): Organization =>
	({ ...organization, state: { ...organization.state, included: new Set(organization.log.statements.map(({ id }) => id)) } });

describe('what is sealed after somebody lost a post', () => {
	const written = (author: Person, more: Pick<Change, 'site' | 'comp' | 'seen'>, epoch: Hash): Pick<OpenedChange, 'id' | 'change' | 'epoch' | 'comp'> => {
		const e = new Evidence(11);
		const { id, change } = e.change(e.nurseA);
		return { id, epoch, comp: more.comp, change: { ...change, ...more, actor: author.actor } };
	};
	const demoted = async (): Promise<{ cast: Cast; olga: Person; carl: Person; before: Hash; after: Hash }> => {
		const cast = await setup('olga owner of region', 'clinic north below region', 'carl clinician of north');
		const [olga, carl] = [cast.person('olga'), cast.person('carl')];
		const epoch = (): Hash => usableEpochs(cast.state, { site: cast.site('north'), comp: 'clinical' }).at(-1)?.epoch ?? cast.org;
		const before = epoch();
		olga.postsMember(carl, 'receptionist of north');
		olga.takesFrom(carl, 'clinician of north');
		return { cast, olga, carl, before, after: epoch() };
	};

	it('is sealed under a key that the old ones do not open: whoever still seals under an old one is found', async () => {
		const { cast, olga, carl, before, after } = await demoted();
		const place = { site: cast.site('north'), comp: 'clinical', seen: cast.state.heads } as const;
		const findings = (epoch: Hash): readonly string[] => sealedForShutOut([olga.self, carl.self], by(cast), [written(olga, place, epoch)]).map(({ kind }) => kind);
		expect(before).not.toBe(after);
		expect(findings(after)).toEqual([]);
		expect(findings(before)).toEqual(['forbidden']);
		// the desk is still theirs to read
		expect(sealedForShutOut([olga.self, carl.self], by(cast), [written(olga, { ...place, comp: 'desk' }, before)])).toEqual([]);
	});

	it('was not known to who wrote before it, and is readable again for who is posted there once more', async () => {
		const { cast, olga, carl, before } = await demoted();
		const place = { site: cast.site('north'), comp: 'clinical', seen: cast.state.heads } as const;
		const [first] = [...cast.state.included];
		expect(sealedForShutOut([carl.self], by(cast), [written(olga, { ...place, seen: first === undefined ? [] : [first] }, before)])).toEqual([]);
		olga.postsMember(carl, 'clinician of north');
		expect(sealedForShutOut([carl.self], by(cast), [written(olga, place, before)])).toEqual([]);
	});

	it('may stay unsent only for the post that was lost', async () => {
		const { cast, carl } = await demoted();
		expect((['clinical', 'desk'] as const).map((comp) => mayStillWrite(by(cast), carl.actor, cast.site('north'), comp))).toEqual([false, true]);
	});
});

describe('a recovery kit that two use at once', () => {
	it('counts once, and nobody holds a post by the other use', async () => {
		const cast = await setup('olga owner of region', 'lea lead of region', 'mia lead of region');
		const kit = cast.person('olga').makesKit();
		const [lea, mia] = [cast.person('lea').goesOffline(), cast.person('mia').goesOffline()];
		lea.restoresWith(kit);
		mia.restoresWith(kit);
		lea.comesBack();
		mia.comesBack();
		const organization = by(cast);
		expect(usesOfKits(organization)).toEqual([]);
		expect(usesOfKits(everything(organization)).map(({ kind }) => kind)).toEqual(['forbidden', 'forbidden']);
		const none = { ...organization, state: { ...organization.state, included: new Set<Hash>() } };
		expect(usesOfKits(none).map(({ kind }) => kind)).toContain('lost');
	});
});
