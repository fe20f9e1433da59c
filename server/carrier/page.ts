/**
 * The page of a box: what it asks to be let carry with, and how it stands. For whoever is beside it; nothing on it is a secret, and nothing is of a record.
 */
import { createHash } from 'node:crypto';
import { generate } from 'lean-qr';
import { toSvgSource } from 'lean-qr/extras/svg';
import { shortKey } from '../../sync/membership/carrier.ts';
import type { CarrierStatus } from './carrier.ts';

const STYLE =
	'body{font:1.05rem/1.55 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#14201f;background:#fff}h1{font-size:1.5rem}' +
	'dt{font-weight:600;margin-top:.8rem}dd{margin:0}code{overflow-wrap:anywhere;background:#eef4f3;padding:.1rem .3rem}svg{width:18rem;height:18rem}';
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
const REFRESH_S = 30;

const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const STATES: { readonly [S in CarrierStatus['state']]: string } = {
	asking: 'Waits until somebody who leads a site lets it carry',
	connected: 'Connected with the hub above',
	offline: 'No line to the hub above; devices here go on working, and what they write waits on this box'
};

/** `now`: ms since 1970 by this box's clock. */
export function boxPage(status: CarrierStatus, key: string, now: number): Response {
	const { state, sites, queue, lag, refused, lastContact, problem, link, upstream } = status;
	const facts: readonly (readonly [string, string])[] = [
		['State', STATES[state]], ['Key of this box', shortKey(key)], ['Hub above', upstream], ['Sites carried', String(sites.length)],
		['Last complete exchange', lastContact === null ? 'not yet' : `${ago(now - lastContact)} ago`], ['Waiting here to be sent', String(queue)], ['Waiting above to be fetched', String(lag)],
		['Refused since the start', String(refused)], ...(problem === null ? [] : [['What is amiss', problem] as const])
	];
	const asking = link === null || state !== 'asking' ? '' : `<h2>Let this box carry</h2><p>Open this link in the app, as somebody who leads the sites, and compare the key above.</p>
${toSvgSource(generate(link), { on: '#000', off: '#fff' })}<p><code>${escape(link)}</code></p>`;
	const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="${REFRESH_S}"><title>Saddlebag box</title><style>${STYLE}</style></head><body>
<h1>Saddlebag box</h1><dl>${facts.map(([name, value]) => `<dt>${escape(name)}</dt><dd>${escape(value)}</dd>`).join('')}</dl>${asking}</body></html>
`;
	return new Response(html, { headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-store' } });
}

function ago(ms: number): string {
	const minutes = Math.max(0, Math.round(ms / 60_000));
	if (minutes < 1) return 'less than a minute';
	return minutes < 120 ? `${minutes} minutes` : `${Math.round(minutes / 60)} hours`;
}
