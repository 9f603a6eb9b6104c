import { NOOBAA_STORAGE_CLASS } from '@k4e/core/control-plane';
import * as z from 'zod';

/** Storage class of the ObjectBucketClaims that the operator makes buckets for, where nothing else is said. */
export const DEFAULT_CLAIM_PROVISIONER_CLASS = 'k4e-s3';
/** Region of the operator's own S3 endpoint where nothing else is said. */
export const DEFAULT_S3_REGION = 'us-east-1';
/** How long the credentials of a device live, in seconds: within what servers give, and by default half a day. */
export const SESSION_SECONDS = { min: 900, default: 43_200, max: 604_800 } as const;

const path = z.string().min(1).max(4_096);
const className = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, {
    error: 'must be a name of a storage class: a-z, 0-9, inner dots and hyphens',
  });

const endpoint = z.string().refine(
  (text) => {
    const url = URL.parse(text);
    return url !== null && /^https?:$/.test(url.protocol) && [url.origin, `${url.origin}/`].includes(url.href);
  },
  { error: 'must be scheme, host and port, such as https://s3.example:9000' },
);

const directSchema = z.strictObject({
  endpoint: endpoint.describe('Where the operator reaches the S3 endpoint.'),
  publicEndpoint: endpoint.optional().describe('Where devices reach it. Default: there, too.'),
  region: z.string().min(1).max(63).default(DEFAULT_S3_REGION).describe('Signing region.'),
  credentialsDirectory: path.describe(
    'Directory with the files AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, such as a mounted Secret. Read again when they change.',
  ),
  caFile: path
    .optional()
    .describe('File with PEM certificates to trust besides the system’s; devices are told of them.'),
  roleArn: z
    .string()
    .min(1)
    .max(2_048)
    .optional()
    .describe('Role that the credentials of devices are of, where the endpoint has roles. MinIO has none.'),
  sessionDurationSeconds: z
    .int()
    .min(SESSION_SECONDS.min)
    .max(SESSION_SECONDS.max)
    .default(SESSION_SECONDS.default)
    .describe('How long the credentials of a device live; they are renewed at about half of it.'),
});

const NEEDS_DIRECT = 'is needed: endpoint and credentialsDirectory of the S3 endpoint on which buckets are made';

/** Where devices have their buckets from. */
export const storageConfigSchema = z
  .strictObject({
    default: z
      .enum(['none', 'claim', 'direct'])
      .default('none')
      .describe(
        'For devices whose spec does not say: no bucket, an ObjectBucketClaim, or the S3 endpoint in `direct`.',
      ),
    reclaimPolicy: z
      .enum(['Retain', 'Delete'])
      .default('Retain')
      .describe('What happens to a bucket that was made for a device when the device is deleted.'),
    claim: z
      .strictObject({ storageClassName: className.default(NOOBAA_STORAGE_CLASS) })
      .prefault({})
      .describe('The ObjectBucketClaims that are made for devices.'),
    direct: directSchema.optional().describe('An S3 endpoint on which the operator makes buckets itself.'),
    claimProvisioner: z
      .strictObject({
        enabled: z.boolean().default(false),
        storageClassName: className.default(DEFAULT_CLAIM_PROVISIONER_CLASS),
      })
      .prefault({})
      .describe('Whether the operator serves ObjectBucketClaims of this class, on the S3 endpoint in `direct`.'),
  })
  .check(({ value, issues }) => {
    if (value.direct !== undefined || (value.default !== 'direct' && !value.claimProvisioner.enabled)) return;
    issues.push({ code: 'custom', path: ['direct'], message: NEEDS_DIRECT, input: value });
  });

/** Where devices have their buckets from. */
export type StorageConfig = z.output<typeof storageConfigSchema>;
/** An S3 endpoint on which the operator makes buckets itself. */
export type DirectStorageConfig = NonNullable<StorageConfig['direct']>;
