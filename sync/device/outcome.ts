/** Problems that several parts of the device report in the same words. */
import { err, problem, type Problem, type Result } from '../result.ts';

export const locked = (): Result<never, Problem> => err(problem('locked', 'This device is locked. Unlock it first.'));
export const notHere = (): Result<never, Problem> => err(problem('unknown-chart', 'This chart is not on this device.'));
export const noHub = (): Result<never, Problem> => err(problem('no-hub', 'This device has no hub yet.'));
export const notAllowed = (what: string): Result<never, Problem> => err(problem('not-allowed', `Your roles do not let you ${what}.`));
export const refuse = (code: string, message: string): Result<never, Problem> => err(problem(code, message));
