/** The app is a static shell: everything is computed on the device, nothing is rendered by the hub. */
import { language } from '$lib/language/language.svelte.ts';

export const ssr = false;
export const prerender = false;

/** Nothing is drawn before the words of the chosen language are there. */
export const load = (): Promise<void> => language.start();
