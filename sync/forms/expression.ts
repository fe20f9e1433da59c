/**
 * The calculations of a form: arithmetic, comparisons, and, or, a short list of functions, and the answers by linkId in braces.
 *
 * Not FHIRPath: a template is written by a lead of some site and runs on everybody's device, so what it can cost must be plain from its
 * length. Here every node is visited once, there is no loop, no recursion into data, nothing to call but the functions below, and
 * the parser is a page (a FHIRPath engine is a hundred times that and would have to run in a worker with a time limit). What is not known is
 * null and stays null, as in SQL: a rule never fires on a missing answer (`sure` turns what is not known into no).
 *
 *   expr := and { 'or' and };  and := cmp { 'and' cmp };  cmp := sum [ ('=' | '!=' | '<' | '<=' | '>' | '>=') sum ]
 *   sum := product { ('+' | '-') product };  product := unary { ('*' | '/') unary };  unary := '-' unary | 'not' unary | primary
 *   primary := number | 'text' | 'true' | 'false' | {linkId} | name '(' [ expr { ',' expr } ] ')' | '(' expr ')'
 */
import { err, ok, problem, type Problem, type Result } from '../result.ts';

/** Dates are text (YYYY-MM-DD), choices the code of the chosen option. */
export type Value = number | string | boolean | null;

export type Expression =
	| { readonly kind: 'value'; readonly value: Value }
	| { readonly kind: 'answer'; readonly linkId: string }
	| { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
	| { readonly kind: 'unary'; readonly op: '-' | 'not'; readonly of: Expression }
	| { readonly kind: 'binary'; readonly op: string; readonly left: Expression; readonly right: Expression };

export type ExpressionProblem = Problem<'bad-expression'>;

const LENGTH_MAX = 2_000;
const DEPTH_MAX = 60;
/** name -> how many arguments */
export const FUNCTIONS: ReadonlyMap<string, readonly [number, number]> = new Map([
	['ageDays', [0, 0]], ['ageMonths', [0, 0]], ['ageYears', [0, 0]], ['sex', [0, 0]], ['today', [0, 0]],
	['round', [1, 2]], ['floor', [1, 1]], ['abs', [1, 1]], ['if', [3, 3]], ['known', [1, 1]], ['sure', [1, 1]], ['first', [1, 4]], ['above', [2, 16]],
	['daysSince', [1, 1]], ['weeksSince', [1, 1]], ['addDays', [2, 2]],
	['zWeightForAge', [1, 2]], ['zLengthForAge', [1, 2]], ['zWeightForLength', [2, 4]], ['zBmi', [2, 4]], ['zHead', [1, 1]]
] as const);

class Parser {
	#at = 0;
	readonly #tokens: readonly string[];
	constructor(tokens: readonly string[]) { this.#tokens = tokens; }

	whole(): Expression {
		const found = this.#or(0);
		if (this.#at < this.#tokens.length) throw new SyntaxError(`"${this.#tokens[this.#at] ?? ''}" is not expected here`);
		return found;
	}
	#peek(...options: readonly string[]): string | null {
		const token = this.#tokens[this.#at];
		return token !== undefined && options.includes(token) ? token : null;
	}
	#take(...options: readonly string[]): string | null {
		const token = this.#peek(...options);
		if (token !== null) this.#at += 1;
		return token;
	}
	#must(token: string): void {
		if (this.#take(token) === null) throw new SyntaxError(`"${token}" is missing`);
	}
	#chain(depth: number, ops: readonly string[], next: (depth: number) => Expression): Expression {
		if (depth > DEPTH_MAX) throw new SyntaxError('it is nested too deep');
		let left = next(depth + 1);
		for (let op = this.#take(...ops); op !== null; op = this.#take(...ops)) left = { kind: 'binary', op, left, right: next(depth + 1) };
		return left;
	}
	#or(depth: number): Expression { return this.#chain(depth, ['or'], (d) => this.#chain(d, ['and'], (e) => this.#comparison(e))); }
	#comparison(depth: number): Expression {
		const left = this.#sum(depth);
		const op = this.#take('=', '!=', '<', '<=', '>', '>=');
		return op === null ? left : { kind: 'binary', op, left, right: this.#sum(depth) };
	}
	#sum(depth: number): Expression { return this.#chain(depth, ['+', '-'], (d) => this.#chain(d, ['*', '/'], (e) => this.#unary(e))); }
	#unary(depth: number): Expression {
		if (depth > DEPTH_MAX) throw new SyntaxError('it is nested too deep');
		const op = this.#take('-', 'not');
		return op === '-' || op === 'not' ? { kind: 'unary', op, of: this.#unary(depth + 1) } : this.#primary(depth);
	}
	#primary(depth: number): Expression {
		const token = this.#tokens[this.#at];
		if (token === undefined) throw new SyntaxError('it ends too early');
		this.#at += 1;
		if (token === '(') {
			const inside = this.#or(depth + 1);
			this.#must(')');
			return inside;
		}
		if (/^\d/u.test(token)) return { kind: 'value', value: Number(token) };
		if (token.startsWith("'")) return { kind: 'value', value: token.slice(1, -1) };
		if (token.startsWith('{')) return { kind: 'answer', linkId: token.slice(1, -1) };
		if (token === 'true' || token === 'false') return { kind: 'value', value: token === 'true' };
		return this.#call(token, depth);
	}
	#call(name: string, depth: number): Expression {
		const arity = FUNCTIONS.get(name);
		if (arity === undefined) throw new SyntaxError(`there is no function "${name}"`);
		this.#must('(');
		const args: Expression[] = [];
		if (this.#peek(')') === null) do args.push(this.#or(depth + 1)); while (this.#take(',') !== null);
		this.#must(')');
		if (args.length < arity[0] || args.length > arity[1]) throw new SyntaxError(`${name} does not take ${args.length} values`);
		return { kind: 'call', name, args };
	}
}

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|('[^'{}]*')|(\{[^{}']+\})|([A-Za-z]\w*)|(<=|>=|!=|[=<>+\-*/(),]))/uy;

function tokens(text: string): readonly string[] {
	const found: string[] = [];
	TOKEN.lastIndex = 0;
	let at = 0;
	while (at < text.trimEnd().length) {
		const match = TOKEN.exec(text);
		if (match === null) throw new SyntaxError(`"${text.slice(at, at + 10)}" is not understood`);
		found.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? match[5] ?? '');
		at = TOKEN.lastIndex;
	}
	return found;
}

/** Reads an expression; the error says what is wrong with it. */
export function parseExpression(text: string): Result<Expression, ExpressionProblem> {
	if (text.length > LENGTH_MAX) return err(problem('bad-expression', `The calculation is longer than ${LENGTH_MAX} characters.`));
	try {
		return ok(new Parser(tokens(text)).whole());
	} catch (error) {
		if (!(error instanceof SyntaxError)) throw error;
		return err(problem('bad-expression', `The calculation "${text.slice(0, 60)}" cannot be used: ${error.message}.`));
	}
}

/** The questions an expression asks about. */
export function answersIn(expression: Expression): readonly string[] {
	switch (expression.kind) {
		case 'value': return [];
		case 'answer': return [expression.linkId];
		case 'call': return expression.args.flatMap(answersIn);
		case 'unary': return answersIn(expression.of);
		case 'binary': return [...answersIn(expression.left), ...answersIn(expression.right)];
	}
}
