/**
 * What a device may do with its bucket, as a policy of S3 (wire): put, look and list, go on with what it began and drop it.
 * Not: delete what is there, change the bucket, or know of any other.
 */
export function devicePolicy(bucket: string): string {
  const allow = (actions: readonly string[], resource: string): object => ({
    Effect: 'Allow',
    Action: actions.map((action) => `s3:${action}`),
    Resource: [`arn:aws:s3:::${resource}`],
  });
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      allow(['GetBucketLocation', 'ListBucket', 'ListBucketMultipartUploads'], bucket),
      allow(['AbortMultipartUpload', 'GetObject', 'ListMultipartUploadParts', 'PutObject'], `${bucket}/*`),
    ],
  });
}
