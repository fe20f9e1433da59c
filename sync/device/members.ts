/** The parts of a device that see to its people, put together. */
import { PinKeeper } from '../seal/pin.ts';
import { AccessBook } from './access-book.ts';
import { Accounts } from './accounts.ts';
import { Carrying } from './carrying-acts.ts';
import { Bundles } from './bundles.ts';
import { FileExchange } from './files/exchange.ts';
import type { Inside } from './inside.ts';
import type { MembersParts } from './members-calls.ts';
import { UnsentWork } from './unsent.ts';

export function membersOf(inside: Inside): MembersParts {
	const accounts = new Accounts(inside, inside.ports.pins ?? new PinKeeper(inside.ports.random));
	const unsent = new UnsentWork(inside, accounts);
	return { accounts, carrying: new Carrying(inside), unsent, bundles: new Bundles(inside, unsent), access: new AccessBook(), exchange: new FileExchange(inside) };
}
