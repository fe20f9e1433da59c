/** Reading FHIR JSON without trust, as the core does it. */
export * from '$sync/fhir/path.ts';
