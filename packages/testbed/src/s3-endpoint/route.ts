import { createBucket, deleteBucket, deleteTags, getTags, headBucket, putTags } from './bucket-operations.ts';
import {
  abortUpload,
  completeUpload,
  createUpload,
  listParts,
  listUploads,
  uploadPart,
} from './multipart-operations.ts';
import { deleteObject, getObject, headObject, listObjects, putObject } from './object-operations.ts';
import type { S3Handler } from './s3-answer.ts';
import { S3Error } from './s3-error.ts';
import type { S3Operation } from './s3-fault.ts';
import type { S3Request } from './s3-request.ts';

/** What is done for each operation. */
export const HANDLERS: Readonly<Record<S3Operation, S3Handler>> = {
  AbortMultipartUpload: abortUpload,
  CompleteMultipartUpload: completeUpload,
  CreateBucket: createBucket,
  CreateMultipartUpload: createUpload,
  DeleteBucket: deleteBucket,
  DeleteBucketTagging: deleteTags,
  DeleteObject: deleteObject,
  GetBucketTagging: getTags,
  GetObject: getObject,
  HeadBucket: headBucket,
  HeadObject: headObject,
  ListMultipartUploads: listUploads,
  ListObjectsV2: listObjects,
  ListParts: listParts,
  PutBucketTagging: putTags,
  PutObject: putObject,
  UploadPart: uploadPart,
};

const ON_BUCKETS: Readonly<Record<string, S3Operation>> = {
  'PUT ': 'CreateBucket',
  'HEAD ': 'HeadBucket',
  'DELETE ': 'DeleteBucket',
  'GET list-type': 'ListObjectsV2',
  'GET uploads': 'ListMultipartUploads',
  'GET tagging': 'GetBucketTagging',
  'PUT tagging': 'PutBucketTagging',
  'DELETE tagging': 'DeleteBucketTagging',
};

const ON_OBJECTS: Readonly<Record<string, S3Operation>> = {
  'PUT ': 'PutObject',
  'GET ': 'GetObject',
  'HEAD ': 'HeadObject',
  'DELETE ': 'DeleteObject',
  'POST uploads': 'CreateMultipartUpload',
  'POST uploadId': 'CompleteMultipartUpload',
  'PUT uploadId': 'UploadPart',
  'GET uploadId': 'ListParts',
  'DELETE uploadId': 'AbortMultipartUpload',
};

const DECIDING_PARAMETERS = ['uploads', 'uploadId', 'list-type', 'tagging'];

/** Parameters that go with those. Any other asks for something else. */
const OTHER_PARAMETERS = [
  ...['x-id', 'prefix', 'delimiter', 'encoding-type', 'fetch-owner', 'partNumber'],
  ...['max-keys', 'start-after', 'continuation-token', 'max-parts', 'part-number-marker', 'max-uploads', 'key-marker'],
];
const KNOWN_PARAMETERS = new Set([...DECIDING_PARAMETERS, ...OTHER_PARAMETERS]);

/** What a request asks for: by method, path and the parameters that S3 tells operations apart by. Throws `S3Error` for what the endpoint does not do. */
export function operationOf({ method, bucket, key, query }: S3Request): S3Operation {
  if ([...query.keys()].some((name) => !KNOWN_PARAMETERS.has(name))) throw new S3Error('NotImplemented');
  const parameter = DECIDING_PARAMETERS.find((name) => query.has(name)) ?? '';
  const operations = key === '' ? ON_BUCKETS : ON_OBJECTS;
  const operation = bucket === '' ? undefined : operations[`${method} ${parameter}`];
  if (operation === undefined) throw new S3Error('NotImplemented');
  return operation;
}
