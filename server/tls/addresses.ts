/**
 * Under which addresses machines on the local network reach this one.
 */
import { BlockList, isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { LOCAL_NETWORKS, type HostNames } from './certificate.ts';

const local = new BlockList();
for (const network of LOCAL_NETWORKS) {
	const [address = '', bits = '0'] = network.split('/');
	local.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** Addresses that phones on the same network can use; what people are likelier to be on comes first. */
export function lanAddresses(interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces()): string[] {
	const found: string[] = [];
	for (const [name, addresses] of Object.entries(interfaces)) {
		// Bridges of containers and virtual machines lead nowhere.
		if (/^(?:docker|br-|veth|virbr|vmnet|vboxnet)/.test(name)) continue;
		for (const { address, family, internal } of addresses ?? []) if (family === 'IPv4' && !internal && local.check(address, 'ipv4')) found.push(address);
	}
	return [...new Set(found)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

const RANKS = [/^192\.168\./, /^10\./, /^172\./];
const rank = (address: string): number => {
	const at = RANKS.findIndex((pattern) => pattern.test(address));
	return at === -1 ? RANKS.length : at;
};

/** What the hub's certificate is made out to: the addresses, this machine's name for mDNS, and itself. */
export function namesFor(addresses: readonly string[], machine: string = hostname()): HostNames {
	const label = machine.split('.')[0]?.toLowerCase().replace(/[^a-z0-9-]/g, '') ?? '';
	return { dns: ['localhost', ...(label === '' || label === 'localhost' ? [] : [`${label}.local`])], ips: ['127.0.0.1', '::1', ...addresses] };
}
