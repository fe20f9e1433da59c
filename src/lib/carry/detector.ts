/**
 * Reading QR codes from a camera or a picture: the browser's own detector where it has one, else zxing compiled to WebAssembly, served by our own hub
 * like every other file of the app. Loaded only when somebody scans. Pictures stay in memory and are sent nowhere.
 */
import readerUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';

export interface CodeReader {
	/** The texts of the codes that are seen. */
	read(source: ImageBitmapSource): Promise<readonly string[]>;
}

interface Detector { detect(source: ImageBitmapSource): Promise<readonly { readonly rawValue: string }[]> }
type DetectorClass = { new (options: { readonly formats: readonly ['qr_code'] }): Detector; getSupportedFormats(): Promise<readonly string[]> };

async function native(): Promise<Detector | null> {
	const found: DetectorClass | undefined = 'BarcodeDetector' in globalThis ? (Reflect.get(globalThis, 'BarcodeDetector') as DetectorClass) : undefined;
	if (found === undefined || !(await found.getSupportedFormats()).includes('qr_code')) return null;
	return new found({ formats: ['qr_code'] });
}

async function compiled(): Promise<Detector> {
	const { BarcodeDetector, prepareZXingModule } = await import('barcode-detector/ponyfill');
	prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => (path.endsWith('.wasm') ? readerUrl : prefix + path) } });
	return new BarcodeDetector({ formats: ['qr_code'] });
}

export async function createReader(): Promise<CodeReader> {
	const detector = (await native()) ?? (await compiled());
	return { read: async (source) => (await detector.detect(source)).map(({ rawValue }) => rawValue).filter((text) => text !== '') };
}
