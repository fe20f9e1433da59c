/**
 * Who may log in to the demo: kept as a file once the demo is whole, told on the terminal, and served as a page with a link for each.
 *
 * The file's presence is what says that the demo is whole. Everything in it is made up, the passphrases are printed anyway; a link carries
 * the transport key of a device and secrets under a passphrase.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { encodeHandOver, parseHandOver } from '../../sync/device/hand-over.ts';
import { CAST, DEMO_SITES, DISTRICT_NAME, OWNER, REGION_NAME, type CastMember } from './cast.ts';

export interface DemoMember {
	readonly member: CastMember;
	readonly handOver: string;
}

export interface DemoMembers {
	readonly members: readonly DemoMember[];
	/** where to look first */
	readonly hint: string;
}

interface Kept {
	readonly v: 1;
	readonly hint: string;
	readonly handOvers: { readonly [name: string]: string };
}

export const everybody = (): readonly CastMember[] => [...CAST, OWNER];

export function keepMembers(file: string, handOvers: ReadonlyMap<string, string>, hint: string): void {
	const kept: Kept = { v: 1, hint, handOvers: Object.fromEntries(handOvers) };
	writeFileSync(`${file}.next`, JSON.stringify(kept, null, '\t'), { mode: 0o600 });
	renameSync(`${file}.next`, file);
}

/** The members as kept; null when the demo is not whole, or was made by another version. */
export function readMembers(file: string): DemoMembers | null {
	if (!existsSync(file)) return null;
	let kept: unknown;
	try {
		kept = JSON.parse(readFileSync(file, 'utf8'));
	} catch {
		return null;
	}
	if (typeof kept !== 'object' || kept === null || !('handOvers' in kept) || typeof kept.handOvers !== 'object' || kept.handOvers === null) return null;
	const hint = 'hint' in kept && typeof kept.hint === 'string' ? kept.hint : '';
	const byName = new Map(Object.entries(kept.handOvers));
	const members: DemoMember[] = [];
	for (const member of everybody()) {
		const handOver: unknown = byName.get(member.name);
		if (typeof handOver !== 'string' || !parseHandOver(handOver).ok) return null;
		members.push({ member, handOver });
	}
	return { members, hint };
}

/** The link that makes a browser this member's device, at the address where the hub is reached now. */
export function linkOf({ handOver }: DemoMember, address: string): string {
	const parsed = parseHandOver(handOver);
	if (!parsed.ok) throw new TypeError(parsed.error.message);
	return `${address}/take-over#${encodeHandOver({ ...parsed.value, hub: { ...parsed.value.hub, origin: address } })}`;
}

const siteName = (key: CastMember['sites'][number]): string => (key === 'region' ? REGION_NAME : (DEMO_SITES.find((site) => site.key === key)?.name ?? key));
const postOf = ({ role, sites }: CastMember): string => `${role} at ${sites.map(siteName).join(' and ')}`;

/** For the terminal. */
export function memberLines(members: readonly DemoMember[]): readonly string[] {
	return members.flatMap(({ member }) => [`  ${member.name}, ${postOf(member)}: ${member.does}`, `      passphrase: ${member.passphrase}`]);
}

const STYLE =
	'body{font:1.05rem/1.55 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#14201f;background:#fff}h1{font-size:1.5rem}' +
	'li{margin:0 0 1.4rem}ul{padding:0;list-style:none}code{font-size:1.05rem;background:#eef4f3;padding:.1rem .3rem}' +
	'a{display:inline-block;margin-top:.4rem;padding:.6rem 1rem;background:#0b3d3a;color:#fff;border-radius:.4rem;text-decoration:none}';
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

export function membersPage({ members, hint }: DemoMembers, address: string): Response {
	const items = members.map(
		(entry) => `<li><strong>${escape(entry.member.name)}</strong>, ${escape(postOf(entry.member))}: ${escape(entry.member.does)}.<br>Passphrase: <code>${escape(entry.member.passphrase)}</code><br>
<a href="${escape(linkOf(entry, address))}">Use this browser as ${escape(entry.member.name)}</a></li>`
	);
	const page = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${DISTRICT_NAME}: the demo</title><style>${STYLE}</style></head><body>
<h1>${DISTRICT_NAME}: who do you want to be?</h1>
<p>Everybody here is made up. A link makes this browser the device of one member: use one browser profile (or a private window) for each person, and each link in one browser only.
${escape(hint)}</p>
<ul>${items.join('\n')}</ul>
</body></html>
`;
	return new Response(page, { headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-store' } });
}
