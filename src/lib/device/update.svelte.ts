/**
 * The service worker as the page sees it: it makes the app start without a line. A new version is fetched in the background and
 * waits until the person says so; nobody's screen changes while they are with a patient.
 */
import { dev } from '$app/environment';

export class AppUpdate {
	/** a new version is ready and waits */
	waiting = $state.raw<ServiceWorker | null>(null);
	/** another window took the new version: this one runs the old one, whose files are gone from the device */
	replaced = $state(false);
	#accepted = false;

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

	accept(): void {
		if (this.replaced) location.reload();
		this.#accepted = true;
		this.waiting?.postMessage('activate');
	}

	postpone(): void {
		this.waiting = null;
		this.replaced = false;
	}

	#watch(registration: ServiceWorkerRegistration): void {
		const worker = registration.installing;
		worker?.addEventListener('statechange', () => {
			if (worker.state === 'installed' && navigator.serviceWorker.controller !== null) this.waiting = worker;
		});
	}
}
