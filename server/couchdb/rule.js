/**
 * The rule that every document passes on every path into a database of the hub: shape, size, writer, and the one possible revision.
 *
 * This file is its one source. The gateway runs it (`documents.ts`), and its text, from `function` on, is the `validate_doc_update` of the design
 * document that `provision.ts` puts into each database, so that CouchDB itself refuses what came past the gateway (`design.ts`). Hence: one function, the
 * JavaScript of 2009 (CouchDB's engines are old), nothing from outside itself, no clock. It calls itself by no name, because compilers rename.
 *
 * What it cannot judge is the hash: that `_id` is the digest of the body is the gateway's to check, at writing and again at reading (`checked-body.ts`). Padding is left
 * to the gateway with it.
 */

/**
 * Throws `{ forbidden: reason }` (`{ unauthorized }` for one who may not write at all), as CouchDB expects of a validation function.
 * @param {any} newDoc as it is to be stored, with `_id`, `_rev`, `_revisions`
 * @param {any} oldDoc what is there, or null
 * @param {{ db: string, name: string | null, roles: string[] }} userCtx
 */
// eslint-disable-next-line max-lines-per-function -- CouchDB takes one function
export const validate = function (newDoc, oldDoc, userCtx) {
	var DOCUMENT_BYTES_MAX = 262144, PREVIEW_BYTES_MAX = 32768, FRONTIER_BYTES_MAX = 540672, FRAME_BYTES = 128;
	/** @type {any} version -> its fields */
	var FIELDS = { e1: ['t', 'n', 'c'], d1: ['t', 'n', 'c'], l1: ['t', 'n', 'c'], i1: ['t', 'n', 'c'], s1: ['text', 'sig'], k1: ['c'], o1: ['n', 'c'], a1: ['invitation', 'c', 'sig'], p1: ['invitation', 'n', 'c', 'sig'] };
	var SITE_VERSIONS = ['e1', 'd1', 'l1', 'i1'], CONTROL_VERSIONS = ['s1', 'k1', 'o1', 'a1', 'p1'], DEPOSITS = ['d1', 'l1', 'i1'];
	/** @type {any} characters of the fields that have one size; all others but `text` are base64url of any */
	var SIZED = { t: /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/, n: /^[A-Za-z0-9_-]{32}$/, sig: /^[A-Za-z0-9_-]{85}[AQgw]$/, invitation: /^[0-9a-f]{32}$/ };

	/** @param {string} reason @returns {never} */
	function forbid(reason) { throw { forbidden: reason }; }
	/** @param {any} object @param {string} key */
	function has(object, key) { return Object.prototype.hasOwnProperty.call(object, key); }
	/** @param {any} value a list of whatever context: CouchDB's engines make documents in another */
	function isList(value) { return Object.prototype.toString.call(value) === '[object Array]'; }
	/** @param {string} text UTF-8 bytes of it as JSON, or more than the limit */
	function jsonBytes(text) {
		if (text.length > DOCUMENT_BYTES_MAX) return text.length;
		var json = JSON.stringify(text), bytes = 0;
		for (var i = 0; i < json.length; i++) {
			var code = json.charCodeAt(i);
			// a pair of surrogates is four bytes, two for each half
			bytes += code < 128 ? 1 : code < 2048 || (code >= 55296 && code < 57344) ? 2 : 3;
		}
		return bytes;
	}
	/** @param {string} text whether it encodes back to itself: no stray bits in the last character */
	function isBase64url(text) {
		if (text === '' || text.length % 4 === 1 || !/^[A-Za-z0-9_-]*$/.test(text)) return false;
		var last = text.charAt(text.length - 1);
		return text.length % 4 === 0 || (text.length % 4 === 2 ? /[AQgw]/ : /[AEIMQUYcgkosw048]/).test(last);
	}

	var db = userCtx.db, roles = userCtx.roles || [];
	var mayWrite = roles.indexOf('_admin') !== -1 || roles.indexOf(db + '-write') !== -1;
	var mayDeposit = roles.indexOf(db + '-deposit') !== -1;
	if (!mayWrite && !mayDeposit) throw { unauthorized: 'This device may not write to that database.' };
	if (newDoc === null || typeof newDoc !== 'object' || isList(newDoc)) forbid('Document must be a JSON object');
	var id = newDoc._id;

	// what gateways share is theirs alone, and some of it is replaced or removed
	if (/-gateway$/.test(db)) {
		if (!mayWrite) throw { unauthorized: 'This is the gateways’ own.' };
		if (typeof id !== 'string') forbid('A document of the gateways has a name.');
		if (/^challenge:[0-9a-f]{64}$/.test(id)) {
			if (newDoc._deleted) return;
			if (oldDoc && !oldDoc._deleted) forbid('A challenge is used once.');
			if (typeof newDoc.ends !== 'number') forbid('A used challenge has an end.');
			return;
		}
		if (newDoc._deleted) forbid('This is not removed.');
		if (id === 'organization') {
			if (oldDoc && oldDoc.org !== newDoc.org) forbid('An organization was founded here already.');
			if (!SIZED.t.test(newDoc.org)) forbid('An organization is named by a hash.');
			return;
		}
		if (!/^frontier:[0-9a-f]{32}-(desk|care):[0-9a-f]{32}$/.test(id)) forbid('This is none of what gateways share.');
		var frontier = newDoc.document;
		if (!frontier || frontier.v !== 'f1' || typeof frontier.text !== 'string' || !SIZED.sig.test(frontier.sig)) forbid('A frontier is a signed text.');
		if (frontier.text.length > FRONTIER_BYTES_MAX) forbid('The frontier is larger than ' + FRONTIER_BYTES_MAX + ' bytes.');
		if (typeof newDoc.n !== 'number' || !(newDoc.n >= 1) || newDoc.n % 1 !== 0) forbid('A frontier has a counter.');
		if (oldDoc && !(newDoc.n > oldDoc.n)) forbid('A frontier under counter ' + oldDoc.n + ' is held already.');
		return;
	}

	var control = /^[a-z][a-z0-9_]{0,31}-control$/.test(db);
	if (!control && !/^[a-z][a-z0-9_]{0,31}-[0-9a-f]{32}-(desk|care|files)$/.test(db)) forbid('This is no database of a hub.');
	if (typeof id === 'string' && id.charAt(0) === '_') forbid('Design and local documents are not taken here.');
	if (has(newDoc, '_deleted')) forbid('Documents are written once: a deletion is refused.');
	if (has(newDoc, '_attachments')) forbid('Attachments are not taken here.');
	if (!has(newDoc, '_rev')) forbid('The document has no _rev: it must be the one revision its id allows.');
	if (typeof id !== 'string' || !/^[0-9a-f]{64}$/.test(id)) forbid('The name of the document is not 64 hex digits.');
	var v = newDoc.v;
	if (typeof v !== 'string' || !/^[a-z]{1,8}[1-9][0-9]{0,3}$/.test(v)) forbid('The document is not valid: it has no version.');
	if (!has(FIELDS, v)) forbid('The document was made by a newer version of the app.');
	if (newDoc._rev !== '1-' + id.slice(0, 32)) forbid('The document has another revision than the one it can have.');
	var history = newDoc._revisions;
	if (history !== undefined) {
		var one = history !== null && typeof history === 'object' && history.start === 1 && isList(history.ids) && history.ids.length === 1 && history.ids[0] === id.slice(0, 32);
		if (!one) forbid('The document has a history, and none has one.');
		for (var part in history) if (part !== 'start' && part !== 'ids') forbid('The document has a history, and none has one.');
	}
	if ((control ? CONTROL_VERSIONS : SITE_VERSIONS).indexOf(v) === -1) forbid('A document of version ' + v + ' does not belong in this database.');
	if (!mayWrite && (DEPOSITS.indexOf(v) === -1 || /-files$/.test(db))) forbid('Only deposits are taken here.');

	/** @type {string[]} */
	var fields = FIELDS[v];
	var known = fields.concat(['_id', 'v', '_rev', '_revisions']), size = FRAME_BYTES;
	for (var key in newDoc) if (has(newDoc, key) && known.indexOf(key) === -1) forbid('The document is not valid: a field is missing or unknown.');
	for (var i = 0; i < fields.length; i++) {
		var name = String(fields[i]), value = newDoc[name];
		if (!has(newDoc, name) || typeof value !== 'string') forbid('The document is not valid: a field is missing or unknown.');
		size += name === 'text' ? jsonBytes(value) : value.length;
	}
	var sizeMax = v === 'p1' ? PREVIEW_BYTES_MAX : DOCUMENT_BYTES_MAX;
	if (size > sizeMax) forbid('The document is larger than ' + sizeMax + ' bytes.');
	for (var j = 0; j < fields.length; j++) {
		var field = String(fields[j]), given = newDoc[field];
		var malformed = has(SIZED, field) ? !SIZED[field].test(given) : field === 'text' ? given === '' : !isBase64url(given);
		if (malformed) forbid('The document is not valid: a field does not decode.');
	}
};
