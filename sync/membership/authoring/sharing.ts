/**
 * Letting other sites find the patients of a site by its desk index, and ending that. Nobody is given a key: what they find is sealed to the `desk` of each.
 */
import type { Hash, Id } from '../../change/change.ts';
import { sortedSet } from '../../change/shape.ts';
import { write, type Outcome, type Pen, type Written } from './pen.ts';

/** The members of the sites `among` may find the patients of `site`. Each call is a share of its own. */
export const shareIndex = (pen: Pen, site: Id, among: readonly Id[]): Outcome<Written> => write(pen, { kind: 'share', site, with: sortedSet(among) });

/** `share`: the statement that began it. What was readable stays readable; nothing more is written under it, and no view shows what was. */
export const endShare = (pen: Pen, share: Hash): Outcome<Written> => write(pen, { kind: 'unshare', share });
