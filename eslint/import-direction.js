/**
 * The direction of imports, as a lint rule: a room may import only from the rooms that the table allows it.
 *
 * The layering is what keeps the core pure and the hub unable to decrypt: were `server/` to import `sync/seal`, nothing else would
 * notice. The table is the one in docs/architecture.md; `eslint/import-direction.test.js` proves that the rule bites.
 */
import path from 'node:path';

const core = ['sync/result', 'sync/change'];

/** room -> rooms it may import (its own always). Longest matching prefix of a path names its room. */
export const ALLOWED = {
	'sync/result': [],
	'sync/change': ['sync/result'],
	'sync/fhir': core,
	'sync/verify': core,
	'sync/seal': [...core, 'sync/verify'],
	'sync/membership/authoring': [...core, 'sync/verify', 'sync/seal', 'sync/membership'],
	'sync/membership': [...core, 'sync/verify'],
	'sync/merge': [...core, 'sync/fhir'],
	'sync/author': [...core, 'sync/fhir', 'sync/verify', 'sync/seal', 'sync/merge'],
	'sync/gate': [...core, 'sync/fhir', 'sync/verify', 'sync/seal', 'sync/membership'],
	'sync/formulary': [...core, 'sync/fhir'],
	'sync/ehr': [...core, 'sync/fhir', 'sync/merge', 'sync/formulary'],
	'sync/matching': [...core, 'sync/fhir'],
	'sync/growth': core,
	'sync/forms': [...core, 'sync/fhir', 'sync/growth'],
	'sync/laboratory': [...core, 'sync/fhir'],
	'sync/referrals': [...core, 'sync/fhir'],
	'sync/goals': [...core, 'sync/fhir'],
	'sync/programmes': [...core, 'sync/fhir', 'sync/growth', 'sync/laboratory', 'sync/referrals'],
	'sync/store': [
		...core, 'sync/fhir', 'sync/verify', 'sync/seal', 'sync/membership', 'sync/merge', 'sync/author', 'sync/gate',
		'sync/formulary', 'sync/ehr', 'sync/matching'
	],
	'sync/replication': [...core, 'sync/fhir', 'sync/verify', 'sync/seal', 'sync/membership', 'sync/merge', 'sync/gate', 'sync/store'],
	'sync/device': ['sync'],
	server: [...core, 'sync/verify', 'sync/membership'],
	cli: ['sync', 'server'],
	simulation: ['sync', 'server', 'cli'],
	e2e: ['sync', 'server', 'cli', 'src', 'bench'],
	bench: ['sync', 'server', 'cli', 'e2e'],
	conformance: ['sync', 'server'],
	src: ['sync/device', 'sync/result', 'sync/change', 'sync/fhir', 'sync/merge/state', 'sync/ehr/view', 'sync/membership/types', 'sync/membership/roles', 'sync/formulary', 'sync/growth', 'sync/forms', 'sync/programmes', 'sync/laboratory', 'sync/referrals', 'sync/goals']
};

/** Rooms that a parent's permission does not open: `server` may import membership, never its authoring files. */
const CLOSED_TO_PARENT = ['sync/membership/authoring'];
const OPEN_AUTHORING = ['sync/device', 'cli', 'simulation', 'e2e', 'bench'];

/** Only these rooms may do I/O, know a clock or draw randomness; the others take them as arguments. */
const PURE = ['sync/result', 'sync/change', 'sync/fhir', 'sync/verify', 'sync/seal', 'sync/membership', 'sync/merge', 'sync/author', 'sync/gate', 'sync/formulary', 'sync/ehr', 'sync/matching', 'sync/growth', 'sync/forms', 'sync/programmes', 'sync/laboratory', 'sync/referrals', 'sync/goals'];
const LIBRARIES = {
	'libsodium-wrappers': ['sync/verify', 'sync/seal', 'simulation'],
	'hash-wasm': ['sync/seal', 'simulation', 'bench'],
	rxdb: ['sync/store', 'sync/replication', 'sync/device', 'simulation', 'bench'],
	dexie: ['sync/store', 'bench'],
	'pouchdb-core': ['server', 'bench'],
	pouchdb: ['bench', 'conformance', 'e2e', 'server'],
	nano: ['conformance', 'server', 'cli'],
	hono: ['server'],
	'@hono/node-server': ['server']
};

/** @param {string} relative path from the project's root, with forward slashes @returns {string | null} */
export function roomOf(relative) {
	const rooms = Object.keys(ALLOWED).filter((room) => relative === room || relative.startsWith(`${room}/`) || relative.startsWith(`${room}.`));
	return rooms.sort((a, b) => b.length - a.length)[0] ?? null;
}

/** @param {string} room @param {string} target path from the root @returns {boolean} */
export function mayImport(room, target) {
	const targetRoom = roomOf(target);
	if (targetRoom === null) return !target.startsWith('sync/');
	if (targetRoom === room) return true;
	if (CLOSED_TO_PARENT.includes(targetRoom) && !OPEN_AUTHORING.includes(room)) return false;
	const allowed = /** @type {Record<string, string[]>} */ (ALLOWED)[room] ?? [];
	return allowed.some((prefix) => target === prefix || target.startsWith(`${prefix}/`) || target.startsWith(`${prefix}.`));
}

/** @param {string} source import specifier @returns {string} package name */
const packageOf = (source) => source.split('/').slice(0, source.startsWith('@') ? 2 : 1).join('/');

/** @type {import('eslint').Rule.RuleModule} */
export default {
	meta: { type: 'problem', schema: [{ type: 'object', properties: { root: { type: 'string' } }, additionalProperties: false }] },
	create(context) {
		const root = context.options[0]?.root ?? context.cwd;
		const relative = path.relative(root, context.filename).split(path.sep).join('/');
		const room = roomOf(relative);
		if (room === null) return {};
		const isTest = /\.test\.(ts|js)$/.test(relative) || /\b(testing|cast|fixtures?)\b/.test(relative);

		/** @param {import('estree').Node} node @param {unknown} source */
		const check = (node, source) => {
			if (typeof source !== 'string') return;
			if (source.startsWith('.') || source.startsWith('$sync/')) {
				const target = source.startsWith('.')
					? path.relative(root, path.resolve(path.dirname(context.filename), source)).split(path.sep).join('/')
					: source.slice(1);
				if (!isTest && !mayImport(room, target)) context.report({ node, message: `${room} may not import ${target}: imports point one way (docs/architecture.md)` });
				return;
			}
			const allowed = /** @type {Record<string, string[]>} */ (LIBRARIES)[packageOf(source)];
			if (!isTest && allowed && !allowed.some((a) => room === a || room.startsWith(`${a}/`)))
				context.report({ node, message: `only ${allowed.join(', ')} may import ${packageOf(source)}` });
			if (!isTest && PURE.some((p) => room === p || room.startsWith(`${p}/`)) && source.startsWith('node:'))
				context.report({ node, message: `${room} is pure: ${source} is I/O` });
		};
		/** @param {import('estree').MemberExpression & import('eslint').Rule.NodeParentExtension} node */
		const checkMember = (node) => {
			if (isTest || !PURE.some((p) => room === p || room.startsWith(`${p}/`))) return;
			const text = context.sourceCode.getText(node);
			if (['Date.now', 'Math.random', 'performance.now', 'crypto.getRandomValues', 'globalThis.crypto'].includes(text))
				context.report({ node, message: `${room} is pure: ${text} is passed in (sync/change/ports.ts)` });
		};
		return {
			ImportDeclaration: (node) => check(node, node.source.value),
			ExportNamedDeclaration: (node) => check(node, node.source?.value),
			ExportAllDeclaration: (node) => check(node, node.source.value),
			ImportExpression: (node) => check(node, node.source.type === 'Literal' ? node.source.value : null),
			MemberExpression: checkMember
		};
	}
};
