/**
 * `--lan`: the certificates of a hub on the local network kept in step with its addresses, and the page that explains them.
 */
import { hostname } from 'node:os';
import path from 'node:path';
import type { Server } from 'node:http';
import type { Logger } from 'pino';
import type { Clock } from '../../sync/change/ports.ts';
import { ok, type Problem, type Result } from '../../sync/result.ts';
import { lanAddresses, namesFor } from './addresses.ts';
import { Authority, type Credentials } from './authority.ts';
import { trustServer } from './trust-page.ts';

/** How often addresses and the end of the certificate are looked at. */
const LOOK_MS = 60_000;

export interface Lan {
	readonly credentials: Credentials;
	readonly fingerprint: string;
	/** origins on the local network, the one that invitations should carry first; its own again after `watch` saw a change */
	readonly origins: () => readonly string[];
	/** explains how to trust the authority; not listening yet */
	readonly page: Server;
	/** Looks again now and then; tells of new credentials and origins. Returns how to stop. */
	readonly watch: (changed: (credentials: Credentials) => void) => () => void;
}

export interface LanOptions {
	readonly dataFolder: string;
	readonly port: number;
	readonly clock: Clock;
	readonly log: Logger;
	/** for tests */
	readonly addresses?: () => readonly string[];
	readonly machine?: string;
}

export function openLan(options: LanOptions): Result<Lan, Problem> {
	const machine = options.machine ?? hostname();
	const authority = Authority.open(path.join(options.dataFolder, 'tls'), machine, options.clock);
	if (!authority.ok) return authority;
	const look = options.addresses ?? (() => lanAddresses());
	let addresses = look();
	const originsOf = (): readonly string[] => {
		// Without an address there is no network on which the name could be looked up.
		if (addresses.length === 0) return [];
		const { dns } = namesFor([], machine);
		return [...addresses, ...dns.filter((name) => name !== 'localhost')].map((name) => `https://${name}:${options.port}`);
	};
	const page = trustServer({
		certificate: () => authority.value.certificate.toString(),
		fingerprint: authority.value.fingerprint,
		address: () => originsOf()[0] ?? `https://localhost:${options.port}`
	});
	const watch = (changed: (credentials: Credentials) => void) => {
		const timer = setInterval(() => {
			addresses = look();
			const credentials = authority.value.credentialsFor(namesFor(addresses, machine));
			if (!credentials.renewed) return;
			options.log.info({ addresses }, 'certificate renewed');
			changed(credentials);
		}, LOOK_MS);
		timer.unref();
		return () => clearInterval(timer);
	};
	return ok({ credentials: authority.value.credentialsFor(namesFor(addresses, machine)), fingerprint: authority.value.fingerprint, origins: originsOf, page, watch });
}
