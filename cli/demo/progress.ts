/** Progress on a terminal: one line that is written over, or, where the output is a file, a line for each new step. */
export class ProgressLine {
	readonly #out: NodeJS.WriteStream;
	#step = '';
	#shownAt = 0;

	constructor(out: NodeJS.WriteStream = process.stdout) {
		this.#out = out;
	}

	show(doing: string, done?: number, total?: number): void {
		const fresh = doing !== this.#step;
		this.#step = doing;
		const text = total === undefined || done === undefined ? doing : `${doing}: ${done} of ${total}`;
		if (!this.#out.isTTY) {
			if (fresh) this.#out.write(`${text}\n`);
			return;
		}
		const now = Date.now();
		if (!fresh && now - this.#shownAt < 50) return;
		this.#shownAt = now;
		this.#out.write(`\r\u001b[2K${text}`);
	}

	/** Leaves the line for what is printed next. */
	end(): void {
		if (this.#out.isTTY && this.#step !== '') this.#out.write('\r\u001b[2K');
		this.#step = '';
	}
}
