/** The whole table, in one place. */
import type { Ingredient } from '../formulary.ts';
import { ANTIBACTERIALS } from './antibacterials.ts';
import { CHRONIC } from './chronic.ts';
import { INFECTIONS } from './infections.ts';
import { PAIN_AND_BRAIN } from './pain.ts';
import { SUBSTANCES } from './substances.ts';

export const INGREDIENTS: readonly Ingredient[] = [...ANTIBACTERIALS, ...INFECTIONS, ...PAIN_AND_BRAIN, ...CHRONIC, ...SUBSTANCES];

export { CLASSES, CROSS_REACTIONS, NO_CROSS_REACTIONS } from './classes.ts';
export { PREGNANCY } from './pregnancy.ts';
export { SOURCES } from './sources.ts';
export { COMBINATIONS } from './substances.ts';
