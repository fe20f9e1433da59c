/** The parts of two untyped libraries that the scanner uses. */
declare module 'snappyjs' {
	export function uncompress(compressed: Uint8Array): Uint8Array;
}
