/**
 * Expected failures are values.
 *
 * Everything that can fail because of what arrived from outside (another device, the hub, a file, a person typing) returns
 * a `Result`, so that the compiler makes the caller look at the failure. Exceptions are kept for defects in our own code.
 */
export type Result<T, E> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export const ok = <T>(value: T): Result<T, never> => ({ ok: true, value });
export const err = <E>(error: E): Result<never, E> => ({ ok: false, error });

/** An error that a person may be shown: a stable code for programs, a sentence that says what to do for people. */
export interface Problem<Code extends string = string> {
	readonly code: Code;
	readonly message: string;
}

export const problem = <Code extends string>(code: Code, message: string): Problem<Code> => ({ code, message });
