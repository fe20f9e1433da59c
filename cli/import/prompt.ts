/** Asking for a passphrase on a terminal without showing it. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** Null where there is no terminal to ask on. */
export async function askPassphrase(question: string): Promise<string | null> {
	if (!process.stdin.isTTY) return null;
	process.stdout.write(question);
	// readline echoes what is typed to its output: this one swallows it
	const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
	const asking = createInterface({ input: process.stdin, output: silent, terminal: true });
	try {
		return await asking.question('');
	} finally {
		asking.close();
		process.stdout.write('\n');
	}
}
