import * as z from 'zod';
import { intervalSeconds } from './interval.ts';
import { withRules } from './rule.ts';

/** Smallest limit of uploads, in bytes per second: below it a large file would never end. */
export const MIN_UPLOAD_BYTES_PER_SECOND = 1_024;

const time = () => z.iso.datetime({ offset: true });

const s3StorageSchema = withRules(
  z.strictObject({
    provisioner: z
      .enum(['claim', 'external', 'direct', 'none'])
      .optional()
      .describe(
        'Where the bucket comes from. claim: an ObjectBucketClaim of the name of the device; external: the ConfigMap and Secret named here; direct: made by the operator on its own S3 endpoint; none: no bucket. Default: external when they are named, claim with createOBC, else as the operator is configured.',
      ),
    configMapName: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .describe(
        'ConfigMap with BUCKET_HOST, BUCKET_NAME, BUCKET_PORT and BUCKET_REGION, in the namespace of the device.',
      ),
    secretName: z
      .string()
      .min(1)
      .max(253)
      .optional()
      .describe(
        'Secret with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and optionally tls.crt: certificates to trust. In the namespace of the device.',
      ),
    createOBC: z.boolean().optional().describe('Whether an ObjectBucketClaim is made for the device.'),
    reclaimPolicy: z
      .enum(['Retain', 'Delete'])
      .optional()
      .describe(
        'What happens to a bucket that was made for the device, and to its files, when the device is deleted. Default: as the operator is configured.',
      ),
  }),
  [
    {
      cel: 'has(self.configMapName) == has(self.secretName)',
      message: 'configMapName and secretName go together',
      holds: ({ configMapName, secretName }) => (configMapName === undefined) === (secretName === undefined),
    },
    {
      cel: '!(has(self.createOBC) && self.createOBC && has(self.secretName))',
      message: 'createOBC makes a bucket; configMapName and secretName name another one',
      holds: ({ createOBC, secretName }) => createOBC !== true || secretName === undefined,
    },
    {
      cel: "!has(self.provisioner) || (self.provisioner == 'external') == has(self.secretName)",
      message: 'provisioner external needs configMapName and secretName, and no other takes them',
      holds: ({ provisioner, secretName }) =>
        provisioner === undefined || (provisioner === 'external') === (secretName !== undefined),
    },
    {
      cel: "!(has(self.createOBC) && self.createOBC && has(self.provisioner)) || self.provisioner == 'claim'",
      message: 'createOBC means provisioner claim',
      holds: ({ createOBC, provisioner }) => createOBC !== true || (provisioner ?? 'claim') === 'claim',
    },
  ],
);

/** Where the files of a device's workloads go, and how. */
export const deviceStorageSchema = z.strictObject({
  s3: s3StorageSchema.optional().describe('The bucket that files of the workloads are uploaded to.'),
  uploadIntervalSeconds: intervalSeconds()
    .optional()
    .describe('Seconds between two looks for files to upload. The agent default is 15.'),
  maxUploadBytesPerSecond: z
    .int()
    .min(MIN_UPLOAD_BYTES_PER_SECOND)
    .optional()
    .describe('What all uploads of the device together may take of its link. Default: no limit.'),
});

/** The bucket of a device, as the operator gave it. */
export const storageStatusSchema = z.strictObject({
  provisioner: z.string().max(63).optional().describe('Where the bucket came from: claim, external or direct.'),
  source: z
    .string()
    .max(1_024)
    .optional()
    .describe('The same in words: which ConfigMap and Secret, claim or endpoint. Asked anew when it changes.'),
  bucket: z.string().max(253).optional().describe('Name of the bucket.'),
  secretName: z
    .string()
    .max(253)
    .optional()
    .describe('Secret with what the device is told of its bucket. The operator keeps it.'),
  version: z.string().max(253).optional().describe('Changes whenever what the device is told changes.'),
  expiresTime: time().optional().describe('When the credentials of the device end; they are renewed before.'),
  renewTime: time().optional().describe('When the operator asks for new ones.'),
});

/** Files of a workload that are not in the bucket. */
export const uploadStatusSchema = z.strictObject({
  pendingFiles: z.int().min(0).optional().describe('Files that are to be uploaded.'),
  pendingBytes: z.int().min(0).optional().describe('Their size.'),
  reason: z.string().max(63).optional().describe('The same as one word for machines, such as STORAGE_CREDENTIALS.'),
  message: z.string().max(1_024).optional().describe('Why files are not uploaded, in the words of the device.'),
  nextRetryTime: time().optional().describe('When the device will try again.'),
});

/** What a fleet operator wants of a device's bucket and uploads. */
export type DeviceStorage = z.infer<typeof deviceStorageSchema>;
/** The bucket of a device, as the operator gave it. */
export type StorageStatus = z.infer<typeof storageStatusSchema>;
/** Files of a workload that are not in the bucket. */
export type UploadStatus = z.infer<typeof uploadStatusSchema>;
