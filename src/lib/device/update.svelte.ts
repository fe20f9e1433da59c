/**
 * The service worker as the page sees it: it makes the app start without a line. A new version is fetched in the background and
 * waits until the person says so; nobody's screen changes while they are with a patient.
 */
import { dev } from '$app/environment';

/** ms after which a postponed update is offered again */
const AGAIN_MS = 2 * 60 * 60_000;

export class AppUpdate {
	/** a new version is ready and waits */
	waiting = $state.raw<ServiceWorker | null>(null);
	/** another window took the new version: this one runs the old one, whose files are gone from the device */
	replaced = $state(false);
	#accepted = false;
	readonly #before: () => Promise<void>;

	/** `before`: what must be done before this page goes, such as writing the last keystroke down */
	constructor(before: () => Promise<void>) {
		this.#before = before;
	}

	register(): void {
		if (dev || !('serviceWorker' in navigator)) return;
		const controlled = navigator.serviceWorker.controller !== null;
		navigator.serviceWorker.addEventListener('controllerchange', () => {
			if (this.#accepted) location.reload();
			else if (controlled) this.replaced = true;
		});
		void navigator.serviceWorker.register('/service-worker.js', { type: 'module', updateViaCache: 'none' }).then(
			(registration) => {
				if (registration.waiting !== null && navigator.serviceWorker.controller !== null) this.waiting = registration.waiting;
				registration.addEventListener('updatefound', () => this.#watch(registration));
			},
			// without a service worker (no HTTPS, private window) the app works while the line does
			() => undefined
		);
	}

	async accept(): Promise<void> {
		await this.#before();
		if (this.replaced) location.reload();
		this.#accepted = true;
		this.waiting?.postMessage('activate');
	}

	/** Not now: it is offered again when the patient has left (CHT asks again after two hours). */
	postpone(): void {
		const { waiting, replaced } = this;
		this.waiting = null;
		this.replaced = false;
		setTimeout(() => {
			this.waiting ??= waiting;
			this.replaced ||= replaced;
		}, AGAIN_MS);
	}

	#watch(registration: ServiceWorkerRegistration): void {
		const worker = registration.installing;
		worker?.addEventListener('statechange', () => {
			if (worker.state === 'installed' && navigator.serviceWorker.controller !== null) this.waiting = worker;
		});
	}
}
