/**
 * All known bugs that the simulator must find.
 */
import { AUTHOR_MUTANTS } from './author.ts';
import { BOX_MUTANTS } from './boxes.ts';
import { FOLD_MUTANTS } from './fold.ts';
import type { Mutant } from './mutant.ts';
import { REMOVAL_MUTANTS } from './removal.ts';
import { SYNC_MUTANTS } from './sync.ts';
import { VERSION_MUTANTS } from './versions.ts';

export const MUTANTS: readonly Mutant[] = [...FOLD_MUTANTS, ...AUTHOR_MUTANTS, ...SYNC_MUTANTS, ...REMOVAL_MUTANTS, ...VERSION_MUTANTS, ...BOX_MUTANTS];
