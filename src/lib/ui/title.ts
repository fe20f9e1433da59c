/** The title of a screen, read out on each change of page: what kind of screen it is, never whose. Browsers keep titles on disk. */
import { m } from '$lib/paraglide/messages.js';

const screens: readonly (readonly [string, () => string])[] = [
	['/chart/', m.title_chart], ['/history/', m.history_title], ['/print/', m.print_title], ['/notices', m.notices_title], ['/register', m.register_title], ['/review', m.review_title], ['/me', m.me_title], ['/custody', m.custody_title], ['/organization/access', m.access_title], ['/organization/late', m.late_title], ['/organization/log', m.log_title], ['/organization/recovery', m.kit_title], ['/organization', m.nav_team], ['/import', m.import_title], ['/forms', m.forms_title],
	['/follow-up', m.work_follow_up], ['/tasks', m.work_tasks], ['/messages', m.work_messages], ['/calendar', m.work_calendar], ['/schedules', m.schedule_title], ['/sync', m.sync_title], ['/setup', m.setup_title], ['/join', m.join_title], ['/take-over', m.take_over_title]
];

export function screenTitle(pathname: string): string {
	const screen = screens.find(([path]) => pathname.startsWith(path))?.[1] ?? m.home_title;
	return m.title({ screen: screen(), app: m.app_name() });
}
