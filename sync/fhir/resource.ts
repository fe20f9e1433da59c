/**
 * The FHIR R4 resources that Saddlebag records, as they are on the wire. `@types/fhir` types are for authoring; what arrives is
 * only ever a `FhirResource` until `validate.ts` has looked at it.
 */
import type { JsonObject } from '../change/change.ts';

export type FhirResource = JsonObject & { readonly resourceType: string; readonly id?: string };
