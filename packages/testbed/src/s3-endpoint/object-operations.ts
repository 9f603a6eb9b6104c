import { md5, sizeOf, sortedKeys, stored } from './bucket-contents.ts';
import type { BucketContents, StoredBytes } from './bucket-contents.ts';
import type { EndpointState, S3Answer, S3Handler } from './s3-answer.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { element, group, xmlDocument } from './xml.ts';

const MAX_KEYS = 1000;

export const putObject: S3Handler = (request, state) => {
  const bucket = bucketOf(request, state);
  const object = receive(request, state);
  bucket.objects.set(request.key, object);
  return { status: 200, headers: { etag: object.etag } };
};

export const getObject: S3Handler = (request, state) => {
  const object = objectOf(request, state);
  return { status: 200, headers: headersOf(object), body: object.bytes };
};

export const headObject: S3Handler = (request, state) => {
  const object = objectOf(request, state);
  return { status: 200, headers: { ...headersOf(object), 'content-length': object.bytes.length } };
};

export const deleteObject: S3Handler = (request, state) => {
  bucketOf(request, state).objects.delete(request.key);
  return { status: 204 };
};

export const listObjects: S3Handler = (request, state) => {
  const { query } = request;
  if (query.has('delimiter') && query.get('delimiter') !== '') throw new S3Error('NotImplemented');
  const bucket = bucketOf(request, state);
  const prefix = query.get('prefix') ?? '';
  const after =
    Buffer.from(query.get('continuation-token') ?? '', 'base64url').toString() || (query.get('start-after') ?? '');
  const limit = Math.min(MAX_KEYS, Number(query.get('max-keys') ?? MAX_KEYS));
  const all = sortedKeys(bucket).filter(
    (key) => key.startsWith(prefix) && Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0,
  );
  const page = all.slice(0, limit);
  const isTruncated = all.length > page.length;
  const text = query.get('encoding-type') === 'url' ? urlEncoded : (key: string): string => key;
  return {
    status: 200,
    body: xmlDocument('ListBucketResult', [
      element('Name', request.bucket),
      element('Prefix', text(prefix)),
      ...(query.get('encoding-type') === 'url' ? [element('EncodingType', 'url')] : []),
      element('KeyCount', page.length),
      element('MaxKeys', limit),
      element('IsTruncated', isTruncated),
      ...(isTruncated ? [element('NextContinuationToken', Buffer.from(page.at(-1) ?? '').toString('base64url'))] : []),
      ...page.map((key) => listed(text(key), bucket.objects.get(key))),
    ]),
  };
};

function listed(key: string, object: StoredBytes | undefined): string {
  if (object === undefined) return '';
  return group('Contents', [
    element('Key', key),
    element('LastModified', new Date(object.modifiedAtMs).toISOString()),
    element('ETag', object.etag),
    element('Size', object.bytes.length),
    element('StorageClass', 'STANDARD'),
  ]);
}

/** The bucket that a request names. Throws `S3Error` when there is none. */
export function bucketOf(request: S3Request, state: EndpointState): BucketContents {
  const bucket = state.buckets.get(request.bucket);
  if (bucket === undefined) throw new S3Error('NoSuchBucket');
  return bucket;
}

/** The body of a request as it is to be stored, checked against what the client says of it. Throws `S3Error`. */
export function receive({ body, headers, key }: S3Request, state: EndpointState): StoredBytes {
  if (Buffer.byteLength(key) > 1024) throw new S3Error('KeyTooLongError');
  if (headers['content-length'] === undefined) throw new S3Error('MissingContentLength');
  const digest = headers['content-md5'];
  if (digest !== undefined && digest !== md5(body).toString('base64')) throw new S3Error('BadDigest');
  const heldBytes = [...state.buckets.values()].reduce((sum, bucket) => sum + sizeOf(bucket), 0);
  if (heldBytes + body.length > state.maxBytes) throw new S3Error('XMinioStorageFull');
  return stored(body, state.nowMs(), state.isOpaque);
}

function objectOf(request: S3Request, state: EndpointState): StoredBytes {
  const object = bucketOf(request, state).objects.get(request.key);
  if (object === undefined) throw new S3Error('NoSuchKey');
  return object;
}

function headersOf(object: StoredBytes): NonNullable<S3Answer['headers']> {
  return {
    etag: object.etag,
    'last-modified': new Date(object.modifiedAtMs).toUTCString(),
    'content-type': 'application/octet-stream',
  };
}

function urlEncoded(key: string): string {
  return encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/');
}
