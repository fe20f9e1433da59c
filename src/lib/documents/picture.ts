/**
 * A photo made small enough for a slow line, on this device: the longer side at most 1,600 pixels, as JPEG, and a thumbnail of at most 10 KB. Drawing it
 * anew leaves behind what the camera wrote into the file: place, time, serial number.
 */
import { THUMBNAIL_LENGTH_MAX } from '$sync/device/files-api.ts';

/** Pixels of the longer side: a page of A4 stays readable. */
const SIDE_MAX = 1600;
const THUMBNAIL_SIDE = 160;
const QUALITY = 0.8;

export interface Picture {
	readonly bytes: Uint8Array;
	readonly contentType: 'image/jpeg';
	readonly thumbnail: { readonly contentType: 'image/jpeg'; readonly data: string };
}

/** Null: this browser cannot read it as a picture. */
export async function smallPicture(file: Blob): Promise<Picture | null> {
	// as the camera was held, not as the sensor lies
	const source = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null);
	if (source === null) return null;
	try {
		const bytes = await drawn(source, SIDE_MAX, QUALITY);
		let thumbnail = await drawn(source, THUMBNAIL_SIDE, 0.7);
		for (let [side, quality] = [THUMBNAIL_SIDE, 0.7]; toBase64(thumbnail).length > THUMBNAIL_LENGTH_MAX && side > 16; [side, quality] = [side * 0.8, quality * 0.8]) thumbnail = await drawn(source, side, quality);
		return { bytes, contentType: 'image/jpeg', thumbnail: { contentType: 'image/jpeg', data: toBase64(thumbnail) } };
	} finally {
		source.close();
	}
}

async function drawn(source: ImageBitmap, sideMax: number, quality: number): Promise<Uint8Array> {
	const scale = Math.min(1, sideMax / Math.max(source.width, source.height));
	const canvas = document.createElement('canvas');
	[canvas.width, canvas.height] = [Math.max(1, Math.round(source.width * scale)), Math.max(1, Math.round(source.height * scale))];
	const context = canvas.getContext('2d');
	if (context === null) throw new Error('this browser draws no pictures');
	// a picture with holes in it becomes one on white paper
	context.fillStyle = '#ffffff';
	context.fillRect(0, 0, canvas.width, canvas.height);
	context.drawImage(source, 0, 0, canvas.width, canvas.height);
	const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', quality));
	if (blob === null) throw new Error('this browser writes no JPEG');
	return new Uint8Array(await blob.arrayBuffer());
}

export function toBase64(bytes: Uint8Array): string {
	let text = '';
	for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
	return btoa(text);
}

export const dataUrl = ({ contentType, data }: { readonly contentType: string; readonly data: string }): string => `data:${contentType};base64,${data}`;
