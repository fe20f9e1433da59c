/** Builds the app once, before the first test: a hub that starts must not take the time of a build. */
import { ensureBuild } from '../cli/prepare.mjs';

export default function setup(): void {
	ensureBuild();
}
