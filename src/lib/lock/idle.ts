/** Locks after 15 minutes without a touch or a key (Simple's interval), counted also while the page is hidden. */
const IDLE_MS = 15 * 60_000;
const CHECK_MS = 15_000;

export function watchIdle(target: Document, lock: () => void): () => void {
	let last = Date.now();
	const touched = (): void => {
		last = Date.now();
	};
	const check = (): void => {
		if (Date.now() - last >= IDLE_MS) lock();
	};
	const timer = setInterval(check, CHECK_MS);
	const kinds = ['pointerdown', 'keydown', 'wheel'] as const;
	for (const kind of kinds) target.addEventListener(kind, touched, { passive: true });
	target.addEventListener('visibilitychange', check);
	return () => {
		clearInterval(timer);
		for (const kind of kinds) target.removeEventListener(kind, touched);
		target.removeEventListener('visibilitychange', check);
	};
}
