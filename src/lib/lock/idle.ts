/**
 * When the app locks by itself: after a quarter of an hour without a touch or a key (Simple's interval), in a hidden tab as in a shown one, and
 * when the device slept.
 *
 * Hiding alone locks nothing: opening the camera or taking a call hides the page, and a nurse must find the form again as it was. A pause in which
 * the page did not run at all (a closed lid, a phone in a pocket) is forgiven up to a call's length, and locks beyond it before anything is
 * shown again. Tabs tell each other that they are in use: whoever works in one is not locked out by the idleness of another. Both the wall
 * clock and the page's own are read, so that setting the clock back buys no time.
 */
const IDLE_MS = 15 * 60_000;
const SLEEP_GRACE_MS = 5 * 60_000;
const CHECK_MS = 15_000;
/** how often a tab tells the others that it is in use, at most */
const TELL_MS = 5_000;
const CHANNEL = 'saddlebag-in-use';

interface Instant { readonly wall: number; readonly page: number }
const now = (): Instant => ({ wall: Date.now(), page: performance.now() });
/** ms since then, by whichever clock says more */
const since = (then: Instant): number => Math.max(Date.now() - then.wall, performance.now() - then.page);

export function watchIdle(target: Document, lock: () => void): () => void {
	let touchedAt = now();
	let checkedAt = now();
	let toldAt = -Infinity;
	const others = new BroadcastChannel(CHANNEL);
	const check = (): boolean => {
		const slept = since(checkedAt) > SLEEP_GRACE_MS;
		checkedAt = now();
		if (!slept && since(touchedAt) < IDLE_MS) return false;
		lock();
		return true;
	};
	const touched = (): void => {
		// the touch that wakes a tablet comes before any check: it must not count as use
		if (check()) return;
		touchedAt = now();
		if (touchedAt.page - toldAt < TELL_MS) return;
		toldAt = touchedAt.page;
		others.postMessage('in-use');
	};
	others.addEventListener('message', () => {
		touchedAt = now();
	});
	const timer = setInterval(check, CHECK_MS);
	const kinds = ['pointerdown', 'keydown', 'wheel'] as const;
	const wakings = ['visibilitychange', 'resume'] as const;
	for (const kind of kinds) target.addEventListener(kind, touched, { passive: true, capture: true });
	for (const kind of wakings) target.addEventListener(kind, check);
	return () => {
		clearInterval(timer);
		others.close();
		for (const kind of kinds) target.removeEventListener(kind, touched, { capture: true });
		for (const kind of wakings) target.removeEventListener(kind, check);
	};
}
