/**
 * The page, served without TLS, that explains how to trust the hub's certificate authority.
 *
 * Whoever controls the network could serve another page with another authority: hence the fingerprint, which is also on the terminal of the hub and
 * must be compared. Trusted once, nothing is fetched from here again.
 */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';

export interface Trust {
	/** PEM */
	readonly certificate: () => string;
	/** SHA-256, hex with colons */
	readonly fingerprint: string;
	/** where the app is, over HTTPS */
	readonly address: () => string;
}

const STYLE =
	'body{font:1.05rem/1.55 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#14201f;background:#fff}' +
	'h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:1.8rem}code{font-size:1rem;overflow-wrap:anywhere;background:#eef4f3;padding:.1rem .3rem}' +
	'a.go{display:inline-block;padding:.7rem 1.1rem;background:#0b3d3a;color:#fff;border-radius:.4rem;text-decoration:none}';
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
const FILE = '/saddlebag-authority.crt';

/** A server for the page and the certificate; it has nothing else. */
export function trustServer(trust: Trust): Server {
	return createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, (request, response) => {
		response.setHeader('X-Content-Type-Options', 'nosniff');
		response.setHeader('Cache-Control', 'no-store');
		if (request.method !== 'GET' && request.method !== 'HEAD') {
			response.writeHead(405).end();
			return;
		}
		if (request.url === FILE) {
			// The type by which phones offer to install it.
			response.writeHead(200, { 'Content-Type': 'application/x-x509-ca-cert', 'Content-Disposition': 'attachment; filename="saddlebag-authority.crt"' });
			response.end(trust.certificate());
			return;
		}
		response.writeHead(request.url === '/' ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': POLICY, 'Referrer-Policy': 'no-referrer' });
		response.end(trustPage(trust.fingerprint, trust.address()));
	});
}

const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

export function trustPage(fingerprint: string, address: string): string {
	return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Trust this Saddlebag hub</title><style>${STYLE}</style></head><body>
<h1>Trust this Saddlebag hub</h1>
<p>Saddlebag works without a line to the internet. To keep its app on your device, your browser must first trust the certificate authority of this hub. You do this once on each device. It can vouch for machines
on your local network only, never for a website.</p>
<p><a class="go" href="${FILE}">Download the certificate</a></p>
<p>Compare its SHA-256 fingerprint with the one on the screen of the hub before you trust it. If they differ, stop: somebody on this network is in between.</p>
<p><code>${escape(fingerprint)}</code></p>
<h2>Android</h2>
<p>Download the certificate. Open Settings › Security › More security settings › Encryption &amp; credentials › Install a certificate › CA certificate › Install anyway, and choose the file. (Names differ a little between makers: search the settings for
“CA certificate”.)</p>
<h2>iPhone and iPad</h2>
<p>Download with Safari and allow the profile. Open Settings › Profile Downloaded › Install. Then Settings › General › About › Certificate Trust Settings, and switch “Saddlebag” on. Without the second step it is not trusted.</p>
<h2>Windows</h2>
<p>Open the file › Install Certificate › Current User › Place all certificates in the following store › Trusted Root Certification Authorities. Restart the browser.</p>
<h2>macOS</h2>
<p>Open the file, which adds it to Keychain Access. Open it there › Trust › When using this certificate: Always Trust.</p>
<h2>Linux</h2>
<p>Chromium: Settings › Privacy and security › Security › Manage certificates › Authorities › Import, and tick websites. For the whole system on Debian: copy the file to <code>/usr/local/share/ca-certificates/</code> and run <code>sudo update-ca-certificates</code>.</p>
<h2>Firefox, on any system</h2>
<p>Settings › Privacy &amp; Security › Certificates › View Certificates › Authorities › Import, and tick “Trust this CA to identify websites”.</p>
<h2>Then</h2>
<p>Open the app and check that the browser shows no warning:</p>
<p><a class="go" href="${escape(address)}">${escape(address)}</a></p>
</body></html>
`;
}
