/**
 * Certificates (X.509 v3, RFC 5280) for a hub on a local network: an authority of its own, and the hub's, signed by it. ECDSA on P-256.
 *
 * The authority can sign for private addresses and local names only (name constraints, critical): a phone that trusts it can be deceived about
 * machines on the local network by whoever steals its key, and about nothing on the internet.
 */
import { createHash, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { bitString, context, integer, objectIdentifier, octets, sequence, setOf, time, TRUE, utf8String } from './der.ts';

const ECDSA_SHA256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));
const OID = {
	commonName: '2.5.4.3', organization: '2.5.4.10', basicConstraints: '2.5.29.19', keyUsage: '2.5.29.15', extendedKeyUsage: '2.5.29.37',
	subjectKey: '2.5.29.14', authorityKey: '2.5.29.35', alternativeNames: '2.5.29.17', nameConstraints: '2.5.29.30', serverAuth: '1.3.6.1.5.5.7.3.1'
};
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** Private, link-local, shared and loopback addresses: RFC 1918, 3927, 6598, 4193, 4291. */
export const LOCAL_NETWORKS = [
	'10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10', '127.0.0.0/8', 'fc00::/7', 'fe80::/10', '::1/128'
] as const;
/** RFC 6762, 6761, 8375, and what routers make up. */
export const LOCAL_DOMAINS = ['local', 'localhost', 'home.arpa', 'lan', 'internal'] as const;

export interface Validity {
	/** ms since 1970 */
	readonly from: number;
	readonly until: number;
}
export interface Issuer {
	readonly name: string;
	readonly key: KeyObject;
}
export interface HostNames {
	readonly dns: readonly string[];
	readonly ips: readonly string[];
}

/** A self-signed certificate of an authority for the local network, as PEM. */
export function authorityCertificate(issuer: Issuer, validity: Validity): string {
	const own = keyIdentifier(issuer.key);
	const extensions = [
		extension(OID.basicConstraints, true, sequence(TRUE, integer(Buffer.from([0])))),
		// keyCertSign and cRLSign: bits 5 and 6
		extension(OID.keyUsage, true, bitString(Buffer.from([0x06]), 1)),
		extension(OID.subjectKey, false, octets(own)),
		extension(OID.nameConstraints, true, sequence(context(0, true, ...permitted().map((name) => sequence(name)))))
	];
	return certificate(issuer, { name: issuer.name, key: issuer.key }, validity, extensions);
}

/** A server's certificate, as PEM. */
export function serverCertificate(issuer: Issuer, subject: Issuer, names: HostNames, validity: Validity): string {
	const alternatives = [...names.dns.map((name) => context(DNS_NAME, false, Buffer.from(name))), ...names.ips.map((ip) => context(IP_ADDRESS, false, ipBytes(ip)))];
	const extensions = [
		extension(OID.basicConstraints, true, sequence()),
		// digitalSignature: bit 0
		extension(OID.keyUsage, true, bitString(Buffer.from([0x80]), 7)),
		extension(OID.extendedKeyUsage, false, sequence(objectIdentifier(OID.serverAuth))),
		extension(OID.subjectKey, false, octets(keyIdentifier(subject.key))),
		extension(OID.authorityKey, false, sequence(context(0, false, keyIdentifier(issuer.key)))),
		extension(OID.alternativeNames, false, sequence(...alternatives))
	];
	return certificate(issuer, subject, validity, extensions);
}

function certificate(issuer: Issuer, subject: Issuer, validity: Validity, extensions: readonly Buffer[]): string {
	const toSign = sequence(
		context(0, true, integer(Buffer.from([2]))),
		integer(Buffer.concat([Buffer.from([0x4c]), randomBytes(15)])),
		ECDSA_SHA256,
		distinguishedName(issuer.name),
		sequence(time(validity.from), time(validity.until)),
		distinguishedName(subject.name),
		publicKeyOf(subject.key),
		context(3, true, sequence(...extensions))
	);
	const der = sequence(toSign, ECDSA_SHA256, bitString(sign('sha256', toSign, issuer.key)));
	const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
	return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

const extension = (oid: string, critical: boolean, value: Buffer): Buffer => sequence(objectIdentifier(oid), ...(critical ? [TRUE] : []), octets(value));

const distinguishedName = (commonName: string): Buffer => {
	const attribute = (oid: string, text: string) => setOf(sequence(objectIdentifier(oid), utf8String(text)));
	return sequence(attribute(OID.organization, 'Saddlebag'), attribute(OID.commonName, commonName));
};

const publicKeyOf = (key: KeyObject): Buffer => createPublicKey(key).export({ type: 'spki', format: 'der' });
/** RFC 7093, method 1, over the whole key information. */
const keyIdentifier = (key: KeyObject): Buffer => createHash('sha256').update(publicKeyOf(key)).digest().subarray(0, 20);

function permitted(): Buffer[] {
	const networks = LOCAL_NETWORKS.map((network) => {
		const [address = '', length = '0'] = network.split('/');
		const bytes = ipBytes(address);
		return context(IP_ADDRESS, false, bytes, maskBytes(Number(length), bytes.length));
	});
	return [...LOCAL_DOMAINS.map((domain) => context(DNS_NAME, false, Buffer.from(domain))), ...networks];
}

const maskBytes = (bits: number, size: number): Buffer => Buffer.from(Array.from({ length: size }, (_, at) => (0xff00 >> Math.max(0, Math.min(8, bits - 8 * at))) & 0xff));

/** Network order: 4 bytes or 16. */
export function ipBytes(ip: string): Buffer {
	if (isIPv4(ip)) return Buffer.from(ip.split('.').map(Number));
	const [head = '', tail] = ip.split('::');
	const words = (part: string): number[] => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)));
	const [before, after] = [words(head), words(tail ?? '')];
	const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
	const all = [...before, ...Array.from({ length: zeros }, () => 0), ...after];
	return Buffer.from(all.flatMap((word) => [word >> 8, word & 0xff]));
}
