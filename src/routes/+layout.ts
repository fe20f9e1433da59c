/** The app is a static shell: everything is computed on the device, nothing is rendered by the hub. */
export const ssr = false;
export const prerender = false;
