/**
 * What a carrier knows of its hub above, as gauges of `/metrics`: counts and times, no content.
 */
import type { Gauge } from '../operations/metrics.ts';
import type { CarrierStatus } from './carrier.ts';

/** The gauges at `now` (ms since 1970). The silence is left out before the first complete exchange: there is nothing to count from. */
export function carrierGauges(status: CarrierStatus, now: number): readonly Gauge[] {
	const silence = status.lastContact === null ? [] : [{ name: 'saddlebag_carrier_silence_seconds', help: 'Time since the last complete exchange with the hub above.', value: Math.max(0, now - status.lastContact) / 1000 }];
	return [
		{ name: 'saddlebag_carrier_connected', help: '1 while the hub above answers.', value: status.state === 'connected' ? 1 : 0 },
		{ name: 'saddlebag_carrier_queue', help: 'Documents that wait here to be sent.', value: status.queue },
		{ name: 'saddlebag_carrier_lag', help: 'Documents that wait above to be fetched, as far as known.', value: status.lag },
		{ name: 'saddlebag_carrier_refused', help: 'Documents refused by the hub above, or not what they should be, since the start.', value: status.refused },
		...silence
	];
}
