/** Hands a file to the person: the browser's own way of saving, with nothing sent anywhere. */
const LIFE_MS = 60_000;

export function saveFile(name: string, content: string | Uint8Array): void {
	const part = typeof content === 'string' ? content : new Uint8Array(content);
	saveBlob(name, new Blob([part], { type: typeof content === 'string' ? 'text/plain' : 'application/octet-stream' }));
}

export function saveBlob(name: string, blob: Blob): void {
	const url = URL.createObjectURL(blob);
	const link = document.createElement('a');
	link.href = url;
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(url), LIFE_MS);
}
