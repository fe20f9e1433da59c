/** What an unfinished form is called in the lists that offer it again. */
import { m } from '$lib/paraglide/messages.js';
import { ENTRY_SECTIONS } from '$lib/chart/forms.ts';
import type { DraftAbout } from '$lib/device/keptDraft.ts';

export function formTitle({ kind }: Pick<DraftAbout, 'kind'>): string {
	if (kind === 'register') return m.register_title();
	if (kind === 'patient') return m.change_patient();
	if (kind === 'visit') return m.draft_form();
	if (kind === 'task') return m.task_add();
	if (kind === 'appointment') return m.appointment_add();
	if (kind === 'message') return m.message_add();
	if (kind === 'call') return m.call_title();
	return ENTRY_SECTIONS.find(({ form }) => form === kind)?.title() ?? m.draft_other();
}
