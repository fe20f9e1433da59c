/** A secret text for every field that a person can fill in: none of them may be found where it does not belong. */
export const CANARIES = {
	organization: 'Qorvexia Health Trust',
	region: 'Zanthipole District',
	clinicA: 'Wupperlang Dispensary',
	clinicB: 'Ixtomarch Outpost',
	owner: 'Ottoline Vrabbelmaker',
	nurse: 'Nkechi Quizzlethorpe',
	refused: 'Grimbald Yxtenhoff',
	passphrase: 'marzipan tugboat velvet ostrich',
	family: 'Ngũgĩ-Zwaxpole',
	given: 'Thessalonika Brümhild',
	village: 'Kwizerabrook',
	phone: '0798431265',
	identifier: 'NIN-QX77-31049',
	birthDate: '1893-04-17',
	allergy: 'penicillin of Vexelmoor',
	reaction: 'plumbersnake rash',
	allergyNote: 'seen by grandmother Zulfiqarion',
	problem: 'Snargleworth syndrome',
	problemNote: 'began after the flood of Drumbleby',
	drug: 'amoxicillin Quandrix',
	drugNote: 'crush with honey of Fenwhistle',
	override: 'tolerated in Obberdale last year',
	noteTitle: 'Night visit at Crumhollow',
	noteText: 'She fears her husband Belgravius will learn of it.',
	vaccine: 'Trundlewick vaccine',
	lot: 'LOT-ZX9914-QB',
	retractReason: 'mistaken for her sister Quillabeth',
	unlinkReason: 'two cousins named after Aunt Vorpalina',
	refuseReason: 'unknown caller from Snodbury'
} as const;

/** The label on the lock screen (initials) is no canary: it is what a locked device shows. */
export const ALL_CANARIES: readonly string[] = Object.values(CANARIES);
