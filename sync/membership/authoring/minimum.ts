/**
 * Requiring a version of the app: what is older reads on, and writes nothing (attack 6).
 */
import { write, type Outcome, type Pen, type Written } from './pen.ts';

/** `version`: `1.2.3`. Takes the place of what was required before; a lower one takes a mistake back. */
export const requireVersion = (pen: Pen, version: string): Outcome<Written> => write(pen, { kind: 'minimum', version });
