/** The verifier, for a page: what `edges.spec.ts` loads into a browser. */
import { edgeVerdicts, type EdgeVerdicts } from '../../sync/verify/golden/verdicts.ts';
import { ready } from '../../sync/verify/sodium.ts';

declare global {
	var edgeVerdictsHere: () => Promise<EdgeVerdicts>;
}

globalThis.edgeVerdictsHere = async () => {
	await ready();
	return edgeVerdicts();
};
