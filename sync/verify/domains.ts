/**
 * The uses for which something is signed. Two uses never share a domain, so that no signature means anything in another place
 * (attack 5: the matrix test runs over this list).
 */
export const SIGNATURE_DOMAINS = [
	'saddlebag/change/1',
	'saddlebag/voucher/1',
	'saddlebag/statement/1',
	'saddlebag/enrolment/1',
	'saddlebag/answer/1',
	'saddlebag/preview/1',
	'saddlebag/access/1',
	'saddlebag/session/1',
	'saddlebag/frontier/1',
	'saddlebag/desk-index-record/1'
] as const;

export type SignatureDomain = (typeof SIGNATURE_DOMAINS)[number];
