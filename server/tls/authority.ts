/**
 * The hub's own certificate authority and certificate, kept in the data folder.
 *
 * The authority is made once, as every phone has to be told to trust it; the hub's certificate is made again whenever the addresses change or
 * its end is near. The keys never leave the folder.
 */
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../sync/change/ports.ts';
import { err, ok, problem, type Problem, type Result } from '../../sync/result.ts';
import { writeFileDurably } from '../storage/durable-file.ts';
import { authorityCertificate, serverCertificate, type HostNames, type Issuer } from './certificate.ts';

const DAY_MS = 24 * 3600 * 1000;
const YEAR_MS = 365.25 * DAY_MS;
/** A machine without a battery may think it is 1970 when it is switched on: no certificate begins to count from before the software. */
const EARLIEST_MS = Date.UTC(2026, 0, 1);
const AUTHORITY_YEARS = 10;
/** Apple's limit for authorities that users add is 825 days; public ones are held to 398. */
const CERTIFICATE_DAYS = 365;
const RENEW_BEFORE_DAYS = 30;
/** Clocks of clients may be behind. */
const BACKDATE_DAYS = 2;

export interface Credentials {
	/** PEM */
	readonly key: string;
	/** PEM: the hub's certificate, then the authority's */
	readonly cert: string;
	/** made just now, not found */
	readonly renewed: boolean;
}

export class Authority {
	readonly #folder: string;
	readonly #clock: Clock;
	readonly #issuer: Issuer;
	readonly certificate: X509Certificate;

	private constructor(folder: string, clock: Clock, issuer: Issuer, certificate: X509Certificate) {
		this.#folder = folder;
		this.#clock = clock;
		this.#issuer = issuer;
		this.certificate = certificate;
	}

	/** Reads the authority from `folder`, making it the first time. */
	static open(folder: string, machine: string, clock: Clock): Result<Authority, Problem<'bad-authority'>> {
		mkdirSync(folder, { recursive: true });
		chmodIfPossible(folder);
		const [keyFile, certFile] = [path.join(folder, 'authority.key.pem'), path.join(folder, 'authority.crt')];
		if (!existsSync(certFile)) make(keyFile, certFile, machine, clock);
		try {
			const certificate = new X509Certificate(readFileSync(certFile));
			const key = createPrivateKey(readFileSync(keyFile));
			const name = /CN=(.*)/.exec(certificate.subject)?.[1];
			if (!certificate.checkPrivateKey(key) || name === undefined) throw new Error('they do not belong together');
			return ok(new Authority(folder, clock, { name, key }, certificate));
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			return err(problem('bad-authority', `The certificate authority in ${folder} cannot be used (${why}). Restore the folder from a backup, or delete it and tell every phone to trust the new one.`));
		}
	}

	/** SHA-256, as phones and browsers show it. */
	get fingerprint(): string {
		return this.certificate.fingerprint256;
	}

	/** A certificate for these names: the one there is, or a new one when names changed, its end is near, or it is of another authority. */
	credentialsFor(names: HostNames): Credentials {
		const [keyFile, certFile] = [path.join(this.#folder, 'hub.key.pem'), path.join(this.#folder, 'hub.crt')];
		const kept = existsSync(certFile) && existsSync(keyFile) && this.#serves(keyFile, certFile, names);
		if (!kept) this.#issue(keyFile, certFile, names);
		return { key: readFileSync(keyFile, 'utf8'), cert: readFileSync(certFile, 'utf8') + this.certificate.toString(), renewed: !kept };
	}

	#serves(keyFile: string, certFile: string, names: HostNames): boolean {
		try {
			const present = new X509Certificate(readFileSync(certFile));
			// The two files are written one after the other: a power cut may have come in between.
			if (!present.checkPrivateKey(createPrivateKey(readFileSync(keyFile)))) return false;
			const wanted = [...names.dns.map((name) => present.checkHost(name)), ...names.ips.map((ip) => present.checkIP(ip))];
			const left = Date.parse(present.validTo) - this.#now();
			return present.verify(this.certificate.publicKey) && left > RENEW_BEFORE_DAYS * DAY_MS && wanted.every((match) => match !== undefined);
		} catch {
			return false;
		}
	}

	#issue(keyFile: string, certFile: string, names: HostNames): void {
		const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
		const validity = { from: this.#now() - BACKDATE_DAYS * DAY_MS, until: Math.min(this.#now() + CERTIFICATE_DAYS * DAY_MS, Date.parse(this.certificate.validTo)) };
		writeFileDurably(keyFile, key.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
		writeFileDurably(certFile, serverCertificate(this.#issuer, { name: 'Saddlebag hub', key }, names, validity), 0o644);
	}

	#now(): number {
		return Math.max(this.#clock.now(), EARLIEST_MS);
	}
}

function make(keyFile: string, certFile: string, machine: string, clock: Clock): void {
	const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const now = Math.max(clock.now(), EARLIEST_MS);
	const validity = { from: now - BACKDATE_DAYS * DAY_MS, until: now + AUTHORITY_YEARS * YEAR_MS };
	writeFileDurably(keyFile, key.export({ type: 'pkcs8', format: 'pem' }).toString(), 0o600);
	writeFileDurably(certFile, authorityCertificate({ name: `Saddlebag on ${machine}`, key }, validity), 0o644);
}

/** Only this user may look into the folder, where the system has such a thing. */
function chmodIfPossible(folder: string): void {
	if (process.platform !== 'win32') chmodSync(folder, 0o700);
}
