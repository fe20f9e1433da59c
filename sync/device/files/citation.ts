/**
 * How a DocumentReference cites its file: `content[0].attachment` names it by `url`, with size, type, title and the `_id`s of its chunks; a thumbnail is a
 * second content with the picture itself, so that lists show it without fetching anything.
 */
import type { Id, Json, JsonObject } from '../../change/change.ts';
import { isObject } from '../../change/canonical.ts';
import { isDocumentId } from '../../change/ids.ts';
import type { FhirResource } from '../../fhir/resource.ts';
import { CHUNK_BYTES, FILE_BYTES_MAX, fileUrl, parseFileUrl, type FileName } from '../../seal/file.ts';
import { THUMBNAIL_LENGTH_MAX, type CitedFile } from '../files-api.ts';

const CHUNK_EXTENSION = 'urn:saddlebag:chunk';
const THUMBNAIL_TITLE = 'thumbnail';
const PICTURE = /^image\/(?:jpeg|png|webp)$/;
const CONTENT_TYPE = /^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,80}$/;

/** What opening a file takes. */
export interface Cited extends FileName {
	readonly contentType: string;
	readonly title: string;
	readonly size: number;
	readonly chunks: readonly string[];
	readonly thumbnail: CitedFile['thumbnail'];
}

export interface Citing extends FileName {
	readonly contentType: string;
	readonly title: string;
	readonly size: number;
	readonly chunks: readonly string[];
	readonly creation: string;
}

export const isContentType = (text: string): boolean => CONTENT_TYPE.test(text);

/** The same resource with its file and thumbnail. */
export function citing(resource: FhirResource, file: Citing, thumbnail: CitedFile['thumbnail']): FhirResource {
	const attachment: JsonObject = {
		contentType: file.contentType, url: fileUrl(file.site, file.key, file.digest), size: file.size, title: file.title, creation: file.creation,
		extension: file.chunks.map((id) => ({ url: CHUNK_EXTENSION, valueString: id }))
	};
	const small: readonly Json[] = thumbnail === null ? [] : [{ attachment: { contentType: thumbnail.contentType, data: thumbnail.data, title: THUMBNAIL_TITLE } }];
	return { ...resource, content: [{ attachment }, ...small] };
}

/** The file that an entry cites; null when it cites none, or one in a way that this version does not know. Total on any resource. */
export function citedFile(resource: FhirResource): Cited | null {
	const contents = Array.isArray(resource['content']) ? resource['content'] : [];
	const attachments = contents.flatMap((content) => (isObject(content) && isObject(content['attachment']) ? [content['attachment']] : []));
	for (const attachment of attachments) {
		const { url, size, contentType, title } = attachment;
		const name = typeof url === 'string' ? parseFileUrl(url) : null;
		if (name === null || typeof size !== 'number' || !Number.isInteger(size) || size < 1 || size > FILE_BYTES_MAX) continue;
		const chunks = chunksOf(attachment);
		if (chunks.length !== Math.ceil(size / CHUNK_BYTES)) continue;
		return {
			...name, size, chunks, contentType: typeof contentType === 'string' && isContentType(contentType) ? contentType : 'application/octet-stream',
			title: typeof title === 'string' ? title : '', thumbnail: thumbnailOf(attachments)
		};
	}
	return null;
}

function chunksOf(attachment: JsonObject): readonly string[] {
	const extensions = Array.isArray(attachment['extension']) ? attachment['extension'] : [];
	return extensions.flatMap((one) => (isObject(one) && one['url'] === CHUNK_EXTENSION && isDocumentId(one['valueString']) ? [one['valueString']] : []));
}

function thumbnailOf(attachments: readonly JsonObject[]): CitedFile['thumbnail'] {
	const small = attachments.find(({ title }) => title === THUMBNAIL_TITLE);
	if (small === undefined) return null;
	const { contentType, data } = small;
	return typeof contentType === 'string' && PICTURE.test(contentType) && typeof data === 'string' && isPicture(data) ? { contentType, data } : null;
}

/** Base64 of a size that a list can hold many of. */
export const isPicture = (data: string): boolean => data.length > 0 && data.length <= THUMBNAIL_LENGTH_MAX && data.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(data);
export const isThumbnail = (thumbnail: { readonly contentType: string; readonly data: string }): boolean => PICTURE.test(thumbnail.contentType) && isPicture(thumbnail.data);

/** Database of a site that holds its chunks, without the hub's prefix. */
export const filesOf = (site: Id): string => `${site}-files`;
