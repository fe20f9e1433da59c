/** Problems that several parts of the device report in the same words. */
import { err, problem, type Problem, type Result } from '../result.ts';

export const locked = (): Result<never, Problem> => err(problem('locked', 'This device is locked. Unlock it first.'));
export const notHere = (): Result<never, Problem> => err(problem('unknown-chart', 'This chart is not on this device.'));
export const noHub = (): Result<never, Problem> => err(problem('no-hub', 'This device has no hub yet.'));
export const notArrived = (): Result<never, Problem> => err(problem('not-arrived', 'Nothing of the organization has arrived on this device yet. Connect it to the hub and try again.'));
export const notAllowed = (what: string): Result<never, Problem> => err(problem('not-allowed', `Your roles do not let you ${what}.`));
export const accessEnded = (): Result<never, Problem> =>
	err(problem('access-ended', 'You were removed from this organization, so nothing can be read or written here in your name. Save what was not sent as a file and give it to a colleague; if this was a mistake, ask a lead for a new invitation.'));
export const usedElsewhere = (): Result<never, Problem> =>
	err(problem('used-elsewhere', 'You have written entries at this site on a copy of this device. Go on there, or ask for an invitation for this one: two copies cannot both be you.'));
export const appTooOld = ({ running, required }: { readonly running: string; readonly required: string }): Result<never, Problem> =>
	err(problem('app-too-old', `Your organization requires version ${required} of the app, and this device runs ${running}. Update the app to write again. Until then everything can be read here, and what was saved before is sent.`));
export const refuse = (code: string, message: string): Result<never, Problem> => err(problem(code, message));
