/**
 * k4e as a provisioner of ObjectBucketClaims, for clusters that have an S3 endpoint and no other one: for each claim of its
 * storage class it makes a bucket, and writes the ConfigMap and Secret that everybody expects beside a claim. It serves
 * claims in the namespace of devices, whoever made them; claims of other storage classes are none of its business.
 */
export { CLAIM_FINALIZER } from './claim-parts.ts';
export { createClaimProvisioner } from './claim-provisioner.ts';
export type { ClaimProvisioner } from './claim-provisioner.ts';
