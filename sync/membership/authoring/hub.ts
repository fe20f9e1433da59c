/**
 * Naming a hub, or further addresses of one: devices open sessions only with hubs that the log names.
 */
import type { HubKey } from '../types.ts';
import { write, type Outcome, type Pen, type Written } from './pen.ts';

export const nameHub = (pen: Pen, hub: HubKey): Outcome<Written> => write(pen, { kind: 'hub', hub });
