/**
 * Referrals and laboratory orders of a site that wait for somebody, in the words of `DeviceApi`: for who reads its clinical records.
 */
import { canRead } from '../membership/selectors.ts';
import { ok } from '../result.ts';
import type { OrdersApi } from './orders-api.ts';
import { notAllowed } from './outcome.ts';
import { WorklistCalls } from './worklist-calls.ts';

export abstract class OrdersCalls extends WorklistCalls implements OrdersApi {
	async openOrders({ site, limit }: Parameters<OrdersApi['openOrders']>[0]): ReturnType<OrdersApi['openOrders']> {
		return this.reading(async ({ openOrders, session }) => {
			if (session.state === null || !canRead(session.state, session.self.actor, site, 'clinical')) return notAllowed('see the clinical records of that site');
			return ok(await openOrders.of(site, limit));
		});
	}
}
