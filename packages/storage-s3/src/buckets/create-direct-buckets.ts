import { K4eError } from '@k4e/core';
import type { BucketProvisioner, BucketRequest, Clock, ProvisionedBucket } from '@k4e/core/ports';
import { createCallScopes } from '../connection/index.ts';
import { createAdminConnections } from './admin-connection.ts';
import type { AdminOptions } from './admin-connection.ts';
import { assumeRole } from './assume-role.ts';
import type { SessionCredentials } from './assume-role.ts';
import { DEFAULT_SESSION_MS, MAX_SESSION_MS, MIN_SESSION_MS } from './bucket-limits.ts';
import { bucketNameOf, ownerOf } from './bucket-name.ts';
import { ensureBucket, ownershipOf, refuseForeign } from './own-bucket.ts';
import type { OwnedBucket } from './own-bucket.ts';
import { removeBucket } from './remove-bucket.ts';

/** How buckets are made. */
export interface DirectBucketsOptions extends AdminOptions {
  readonly clock: Clock;
  /** Where devices reach the endpoint. Default: there too. */
  readonly publicEndpoint?: string;
  /** How long the credentials of a device live: `MIN_SESSION_MS` to `MAX_SESSION_MS`. Default `DEFAULT_SESSION_MS`. */
  readonly sessionMs?: number;
  /** The role that sessions are of. MinIO takes any. Default: one of no account. */
  readonly roleArn?: string;
}

/** Buckets on one endpoint. */
export interface S3DirectBuckets extends BucketProvisioner {
  /** Ends what runs, and lets go of connections. */
  close(): void;
}

const ANY_ROLE = 'arn:aws:iam::000000000000:role/k4e';

/**
 * A `BucketProvisioner` on any S3 endpoint that has STS: makes a bucket for each device, marked as the device's by a tag, and
 * gives credentials that reach that bucket alone, cannot delete, and end. Never hands out the administrator's own. Buckets
 * that are there without the mark are nobody's business. Throws `INVALID_INPUT` for a session of no possible length.
 */
export function createDirectBuckets(options: DirectBucketsOptions): S3DirectBuckets {
  const { clock, sessionMs = DEFAULT_SESSION_MS, roleArn = ANY_ROLE } = options;
  if (sessionMs < MIN_SESSION_MS || sessionMs > MAX_SESSION_MS) {
    throw new K4eError('INVALID_INPUT', { subject: 'sessionMs', retry: 'never' });
  }
  const connections = createAdminConnections(options);
  const scopes = createCallScopes();
  return {
    provision: (request, call = {}) =>
      scopes.run(call, async (signal) => {
        const bucket = ownedBucket(request);
        const connection = await connections.current({ signal });
        // Asked first: unlike STS, S3 says what is wrong with the administrator's credentials.
        const ownership = await ownershipOf(connection.s3, bucket, signal);
        refuseForeign(ownership, bucket);
        const askedAtMs = clock.nowMs();
        const session = await assumeRole(connection, { bucket: bucket.name, roleArn, lifeMs: sessionMs }, signal);
        await ensureBucket(connection.s3, bucket, ownership, signal);
        return provisioned(options, bucket.name, session, askedAtMs + sessionMs);
      }),
    release: (request, call = {}) =>
      scopes.run(call, async (signal) => {
        const bucket = ownedBucket(request);
        const { s3 } = await connections.current({ signal });
        const ownership = await ownershipOf(s3, bucket, signal);
        if (ownership === 'ours' || ownership === 'unmarked') await removeBucket(s3, bucket.name, signal);
      }),
    close: () => {
      scopes.close();
      connections.close();
    },
  };
}

function ownedBucket(request: BucketRequest): OwnedBucket {
  const { namespace, name } = request.device;
  const ownName = bucketNameOf(request);
  const bucketName = request.bucketName ?? ownName;
  return {
    name: bucketName,
    owner: ownerOf(request),
    device: `${namespace}/${name}`,
    isNamedAfterOwner: bucketName === ownName,
  };
}

function provisioned(
  { endpoint, publicEndpoint = endpoint, region, caBundle }: DirectBucketsOptions,
  bucket: string,
  session: SessionCredentials,
  expiresAtMs: number,
): ProvisionedBucket {
  const access = { endpoint: publicEndpoint, bucket, region, ...session };
  return { access: caBundle === undefined ? access : { ...access, caBundle }, expiresAtMs };
}
