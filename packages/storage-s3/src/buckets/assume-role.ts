import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { K4eError } from '@k4e/core';
import type { BucketAccess } from '@k4e/core/ports';
import { translateS3Error } from '../connection/index.ts';
import type { AdminConnection } from './admin-connection.ts';
import { devicePolicy } from './device-policy.ts';

/** Credentials that end. */
export type SessionCredentials = Required<Pick<BucketAccess, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>>;

/** What a session is asked for with. */
export interface SessionRequest {
  readonly bucket: string;
  readonly roleArn: string;
  readonly lifeMs: number;
}

/** Statuses of servers that have no STS at that address. */
const WITHOUT_STS: ReadonlySet<number | undefined> = new Set([404, 405, 501]);

/** Gets credentials for one bucket and nothing else. Rejects with `BUCKET_UNAVAILABLE` where the endpoint gives none. */
export async function assumeRole(
  { sts }: AdminConnection,
  { bucket, roleArn, lifeMs }: SessionRequest,
  signal: AbortSignal,
): Promise<SessionCredentials> {
  const command = new AssumeRoleCommand({
    RoleArn: roleArn,
    // The bucket's name is one for sessions too, and says in the server's log who it was.
    RoleSessionName: bucket,
    DurationSeconds: Math.floor(lifeMs / 1_000),
    Policy: devicePolicy(bucket),
  });
  const { Credentials } = await sts.send(command, { abortSignal: signal }).catch((error: unknown) => {
    throw readFailure(error, bucket);
  });
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = Credentials ?? {};
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined)
    throw withoutSts(bucket);
  return { accessKeyId, secretAccessKey, sessionToken };
}

function readFailure(error: unknown, bucket: string): K4eError {
  const { status } = metadataOf(error);
  // An answer that is no STS at all comes with a status that says that all is well.
  const isOther = WITHOUT_STS.has(status) || status === 200;
  return status !== undefined && isOther ? withoutSts(bucket) : translateS3Error(error, bucket);
}

function metadataOf(error: unknown): { readonly status: number | undefined } {
  const metadata: unknown = error instanceof Error && '$metadata' in error ? error.$metadata : undefined;
  const isKnown = typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata;
  return { status: isKnown && typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined };
}

function withoutSts(subject: string): K4eError {
  const message = 'the S3 endpoint gives no credentials for one bucket (STS AssumeRole), and k4e hands out no others';
  return new K4eError('BUCKET_UNAVAILABLE', { subject, message });
}
