/**
 * Buckets that others have made, read from the resource store: out of a ConfigMap and a Secret that somebody named
 * (`external`), or out of those that the provisioner of an ObjectBucketClaim leaves behind (`claim`). Both use the same
 * keys, those of ObjectBucketClaims, and so do the documents that k4e writes itself.
 */
export { BUCKET_KEYS, MANAGED_BY, RECLAIM_POLICY_ANNOTATION, isOurs } from './bucket-documents.ts';
export { MAX_CA_BUNDLE_BYTES, MAX_CREDENTIAL_BYTES, MAX_SESSION_TOKEN_BYTES, checkAccess } from './check-access.ts';
export { encodeEntries, readEntries, toCredentialEntries, toPlaceEntries } from './bucket-entries.ts';
export { createExternalBuckets } from './external-buckets.ts';
export { guardOutage } from './guard-outage.ts';
export { NOOBAA_STORAGE_CLASS, createClaimBuckets } from './claim-buckets.ts';
