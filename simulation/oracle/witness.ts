/**
 * Stands beside a user and remembers what was on the screen when something was saved, and what was said about it.
 */
import type { ChartRef, ChartView, DeviceApi, Entry } from '../../sync/device/api.ts';
import type { FhirResource } from '../../sync/fhir/resource.ts';

/** A save that was acknowledged. */
export interface Seen {
	readonly ref: ChartRef;
	readonly id: string;
	readonly change: string;
	/** of the entry as it was opened */
	readonly heads: readonly string[];
	/** the form as it was saved; null for what is no form */
	readonly form: FhirResource | null;
	/** the entry as it was shown when the form was opened; null for a new one, and for what is no form */
	readonly opened: FhirResource | null;
	/** what the entry cited and lacked then */
	readonly missing: readonly string[];
	/** groups that the user said to decide */
	readonly resolve: readonly string[];
}

interface Asked { readonly ref?: ChartRef; readonly heads?: readonly string[]; readonly missing?: readonly string[]; readonly resource?: FhirResource; readonly resolve?: readonly string[] }
interface Said { readonly ok: boolean; readonly value?: { readonly change?: unknown; readonly id?: unknown } | null }

/** Acts that write over heads which the caller hands back. */
const ACTS: readonly string[] = ['save', 'decide', 'restore', 'retract'] satisfies readonly (keyof DeviceApi)[];

/** The same device; `saw` is told of every acknowledged act over heads. */
export function witnessed<D extends DeviceApi>(device: D, saw: (seen: Seen) => void): D {
	const screens = new Map<string, FhirResource>();
	return new Proxy(device, {
		get(target, name) {
			const member: unknown = Reflect.get(target, name, target);
			if (typeof member !== 'function') return member;
			if (name === 'openChart') return async (ref: ChartRef) => looked(await target.openChart(ref), screens);
			const act = member.bind(target) as (asked: Asked) => Promise<Said>;
			if (typeof name !== 'string' || !ACTS.includes(name)) return act;
			return async (asked: Asked) => {
				const said = await act(asked);
				const { change, id } = said.ok ? (said.value ?? {}) : {};
				if (typeof change === 'string' && typeof id === 'string' && asked.ref !== undefined) {
					const form = name === 'save' ? (asked.resource ?? null) : null;
					const opened = form === null ? null : (screens.get(screenName(id, asked.heads ?? [], asked.missing ?? [])) ?? null);
					saw({ ref: asked.ref, id, change, heads: asked.heads ?? [], form, opened, missing: asked.missing ?? [], resolve: asked.resolve ?? [] });
				}
				return said;
			};
		}
	});
}

/** An entry as it stood: the same heads with the same lacking are the same state. */
const screenName = (id: string, heads: readonly string[], missing: readonly string[]): string => [id, ...heads, '|', ...missing].join(' ');

function looked(opened: Awaited<ReturnType<DeviceApi['openChart']>>, screens: Map<string, FhirResource>): Awaited<ReturnType<DeviceApi['openChart']>> {
	if (opened.ok) for (const { id, heads, state, resource } of entriesOf(opened.value)) screens.set(screenName(id, heads, state.missing), resource);
	return opened;
}

const entriesOf = ({ patient, entries }: ChartView): readonly Entry[] => [...(patient === null ? [] : [patient]), ...entries];
