/**
 * Stands beside a user and remembers what was on the screen when something was saved, and what was said about it.
 */
import type { ChartRef, DeviceApi } from '../../sync/device/api.ts';
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
}

interface Asked { readonly ref?: ChartRef; readonly heads?: readonly string[]; readonly resource?: FhirResource }
interface Said { readonly ok: boolean; readonly value?: { readonly change?: unknown; readonly id?: unknown } | null }

/** Acts that write over heads which the caller hands back. */
const ACTS: readonly string[] = ['save', 'decide', 'restore', 'retract'] satisfies readonly (keyof DeviceApi)[];

/** The same device; `saw` is told of every acknowledged act over heads. */
export function witnessed<D extends DeviceApi>(device: D, saw: (seen: Seen) => void): D {
	return new Proxy(device, {
		get(target, name) {
			const member: unknown = Reflect.get(target, name, target);
			if (typeof member !== 'function') return member;
			const act = member.bind(target) as (asked: Asked) => Promise<Said>;
			if (typeof name !== 'string' || !ACTS.includes(name)) return act;
			return async (asked: Asked) => {
				const said = await act(asked);
				const { change, id } = said.ok ? (said.value ?? {}) : {};
				if (typeof change === 'string' && typeof id === 'string' && asked.ref !== undefined) {
					saw({ ref: asked.ref, id, change, heads: asked.heads ?? [], form: name === 'save' ? (asked.resource ?? null) : null });
				}
				return said;
			};
		}
	});
}
