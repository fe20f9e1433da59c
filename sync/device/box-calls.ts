/**
 * Boxes, in the words of `DeviceApi`: letting one carry, and ending it, are statements of the membership log.
 */
import type { Id } from '../change/change.ts';
import { dismiss, letCarry, unload } from '../membership/authoring/carrier.ts';
import { activeCarriers, readCarrierLink, shortKey } from '../membership/carrier.ts';
import { may } from '../membership/selectors.ts';
import { ok } from '../result.ts';
import type { DeviceApi } from './api.ts';
import { BundleCalls } from './bundle-calls.ts';
import { appTooOld, refuse } from './outcome.ts';
import type { Session } from './session.ts';
import type { Unlocked } from './unlocked.ts';

type Asked<Name extends keyof DeviceApi> = Parameters<DeviceApi[Name]>[0];

const named = (session: Session, sites: Iterable<Id>) => [...sites].map((site) => ({ site, name: session.siteName(site) }));
const mayCarry = ({ state, self }: Session, site: Id): boolean => state !== null && may(state, self.actor, 'carry', site);

export abstract class BoxCalls extends BundleCalls {
	async boxes(): ReturnType<DeviceApi['boxes']> {
		return this.reading(async ({ session }) => ok([...(session.state?.carriers.values() ?? [])].map(({ key, origins, sites, ended }) => ({
			key, short: shortKey(key), origins, sites: named(session, sites), keeps: named(session, sites.filter((site) => !mayCarry(session, site))),
			mayDismiss: ended === null && sites.some((site) => mayCarry(session, site)), ended: ended !== null || sites.length === 0
		}))));
	}

	async reachableHubs(): ReturnType<DeviceApi['reachableHubs']> {
		return this.reading(async ({ session: { state } }) => ok(state === null ? [] : [...new Set([...state.hubs, ...activeCarriers(state)].flatMap(({ origins }) => origins))]));
	}

	async readBox(link: Asked<'readBox'>): ReturnType<DeviceApi['readBox']> {
		return this.reading(async ({ session }) => {
			const request = readCarrierLink(link);
			if (!request.ok) return request;
			const { org, hub } = request.value;
			if (org !== session.control.org) return refuse('other-organization', 'This box asks to carry for another organization.');
			return ok({ key: hub.key, short: shortKey(hub.key), origins: hub.origins, sites: named(session, [...(session.state?.sites.keys() ?? [])].filter((site) => mayCarry(session, site))) });
		});
	}

	async letBoxCarry({ link, sites }: Asked<'letBoxCarry'>): ReturnType<DeviceApi['letBoxCarry']> {
		return this.said((session) => {
			const request = readCarrierLink(link);
			return request.ok ? letCarry(session.pen(), request.value, sites) : request;
		});
	}

	async dismissBox({ key, reason }: Asked<'dismissBox'>): ReturnType<DeviceApi['dismissBox']> {
		return this.said((session) => {
			const sites = session.state?.carriers.get(key)?.sites ?? [];
			const led = sites.filter((site) => mayCarry(session, site));
			return led.length > 0 && led.length < sites.length ? unload(session.pen(), key, led, reason.trim()) : dismiss(session.pen(), key, reason.trim());
		});
	}

	protected said(say: (session: Session, unlocked: Unlocked) => ReturnType<typeof letCarry> | ReturnType<typeof readCarrierLink>): ReturnType<DeviceApi['dismissBox']> {
		return this.writing(async (unlocked: Unlocked) => {
			const { outdated } = unlocked.session;
			if (outdated !== null) return appTooOld(outdated);
			const said = say(unlocked.session, unlocked);
			if (!said.ok) return said;
			if (!('documents' in said.value)) return ok(null);
			await unlocked.session.control.publish(said.value);
			unlocked.said();
			return ok(null);
		});
	}
}
