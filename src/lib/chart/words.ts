/** Who, when and where in words, from verified headers; and where a record is kept, in the wording of the custody rules. */
import { m } from '$lib/paraglide/messages.js';
import { formatInstant } from '$lib/format/date.ts';
import type { Attribution, Custody } from '$sync/device/api.ts';

export function timeInWords(at: number, uncertain: boolean): string {
	return uncertain ? m.time_uncertain({ time: formatInstant(at) }) : formatInstant(at);
}

export function byInWords(by: Attribution): string {
	return m.by_at({ member: by.member, site: by.siteName, time: timeInWords(by.at, by.uncertainTime) });
}

export function custodyInWords(custody: Custody): string {
	switch (custody.state) {
		case 'this-device': return m.custody_this_device();
		case 'sending': return m.custody_sending();
		case 'at-hub': return m.custody_at_hub({ time: formatInstant(custody.at) });
		case 'refused': return m.custody_refused({ reason: custody.reason });
	}
}
