/**
 * Acts of people who carry files: one writes what a device holds, or what another lacks, and somebody takes it in, elsewhere, later, twice, or damaged.
 */
import type { BundleApi, BundleImport, BundleTarget } from '../../sync/device/bundle-api.ts';
import { Dice } from '../dice.ts';
import { carriedFile, damaged, type CarriedFile } from '../oracle/files.ts';
import type { Act } from '../plan.ts';
import { said, type ActOptions, type ActOutcome } from './acts.ts';

export type CarryingAct = Extract<Act, { kind: 'write-file' | 'read-file' }>;

/** Where files lie, and who looks at what became of them. */
export interface Shelf {
	readonly files: CarriedFile[];
	/** a device took one in: `whole` is what was sound in it */
	took(file: CarriedFile, said: BundleImport): void;
	/** a device wrote what another lacks: `listed` are the envelopes in it */
	wrote(device: string, listed: ReadonlySet<string>): void;
}

/** The file of a number as it is after a journey; null when there is none. */
export function fromShelf(files: readonly CarriedFile[], number: number, damage: number): CarriedFile | null {
	const file = files[number % Math.max(1, files.length)];
	return file === undefined || damage === 0 ? (file ?? null) : damaged(file, new Dice(`damage ${String(damage)}`));
}

export async function performCarrying(options: ActOptions, act: CarryingAct): Promise<ActOutcome> {
	return act.kind === 'write-file' ? write(options, act) : read(options, act);
}

async function write({ device, shelf }: ActOptions, { lacking, target, bytesMax }: Extract<Act, { kind: 'write-file' }>): Promise<ActOutcome> {
	const targets = lacking === 'nothing' ? null : await device.bundleTargets();
	if (targets !== null && !targets.ok) return said(targets);
	const fits = (targets?.value ?? []).filter(({ kind }) => kind === lacking);
	const chosen = fits[target % Math.max(1, fits.length)];
	if (targets !== null && chosen === undefined) return 'nothing';
	const pieces = new Map<number, Uint8Array[]>();
	const written = await device.exportBundle({
		lacking: chosen === undefined ? null : lacked(chosen), bytesMax, operation: 'write', write: ({ part, bytes }) => void pieces.set(part, [...(pieces.get(part) ?? []), bytes])
	});
	const files = written.ok ? [...pieces.values()].map((each) => carriedFile(new Uint8Array(each.flatMap((bytes) => [...bytes])))) : [];
	shelf.files.push(...files);
	if (written.ok && chosen?.kind === 'device') shelf.wrote(chosen.device, new Set(files.flatMap(({ documents }) => documents.map(({ id }) => id))));
	return said(written);
}

const lacked = (target: BundleTarget): Parameters<BundleApi['exportBundle']>[0]['lacking'] => (target.kind === 'device' ? { device: target.device } : { site: target.site });

async function read({ device, shelf }: ActOptions, { file: number, damage }: Extract<Act, { kind: 'read-file' }>): Promise<ActOutcome> {
	const file = fromShelf(shelf.files, number, damage);
	if (file === null) return 'nothing';
	const { bytes } = file;
	const taken = await device.importBundle({ file: { size: bytes.length, slice: (from, to) => ({ arrayBuffer: () => Promise.resolve(bytes.slice(from, to).buffer) }) }, operation: 'read' });
	if (taken.ok) shelf.took(file, taken.value);
	// a file of which nothing is left is none
	return !taken.ok && file.documents.length > 0 ? `failed: a file with ${String(file.documents.length)} sound documents: ${taken.error.message}` : said(taken);
}
