/** The forms that every Saddlebag has. A site's lead copies one to change it; the original stays. */
import type { FhirResource } from '../../fhir/resource.ts';
import { ANTENATAL } from './antenatal.ts';
import { DIABETES, HYPERTENSION } from './chronic.ts';
import { IMMUNIZATION } from './immunization.ts';
import { TUBERCULOSIS } from './tuberculosis.ts';
import { UNDER_FIVE } from './under-five.ts';

export const TEMPLATES: readonly FhirResource[] = [UNDER_FIVE, IMMUNIZATION, ANTENATAL, HYPERTENSION, DIABETES, TUBERCULOSIS];
