/** Version 1 of the text is frozen: this fails when a byte moves. The vectors come from `sync/seal/golden/vectors.py`. */
import { expect, test } from 'vitest';
import golden from './golden/change.json' with { type: 'json' };
import { canonicalJson } from './canonical.ts';
import { encodeChange, parseChange } from './text.ts';

test('a change has the text it always had', () => {
	const parsed = parseChange(golden.text);
	expect(parsed).toEqual({ ok: true, value: golden.change });
	expect(canonicalJson(golden.change)).toBe(golden.text);
	if (parsed.ok) expect(encodeChange(parsed.value)).toBe(golden.text);
});
