import { randomUUID } from 'node:crypto';

import { assembled } from './bucket-contents.ts';
import type { UnfinishedUpload } from './bucket-contents.ts';
import { bucketOf, receive } from './object-operations.ts';
import type { EndpointState, S3Handler } from './s3-answer.ts';
import { S3Error } from './s3-error.ts';
import type { S3Request } from './s3-request.ts';
import { element, group, textsOf, xmlDocument } from './xml.ts';

const MAX_LISTED = 1000;

export const createUpload: S3Handler = (request, state) => {
  const uploadId = randomUUID();
  bucketOf(request, state).uploads.set(uploadId, { key: request.key, parts: new Map() });
  const parts = [element('Bucket', request.bucket), element('Key', request.key), element('UploadId', uploadId)];
  return { status: 200, body: xmlDocument('InitiateMultipartUploadResult', parts) };
};

export const uploadPart: S3Handler = (request, state) => {
  const upload = uploadOf(request, state);
  const number = Number(request.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > 10_000) throw new S3Error('InvalidArgument');
  const part = receive(request, state);
  upload.parts.set(number, part);
  return { status: 200, headers: { etag: part.etag } };
};

export const listParts: S3Handler = (request, state) => {
  const upload = uploadOf(request, state);
  const after = Number(request.query.get('part-number-marker') ?? 0);
  const limit = Math.min(MAX_LISTED, Number(request.query.get('max-parts') ?? MAX_LISTED));
  const all = [...upload.parts].filter(([number]) => number > after).sort(([a], [b]) => a - b);
  const page = all.slice(0, limit);
  const listed = page.map(([number, { etag, bytes }]) =>
    group('Part', [element('PartNumber', number), element('ETag', etag), element('Size', bytes.length)]),
  );
  return {
    status: 200,
    body: xmlDocument('ListPartsResult', [
      element('Bucket', request.bucket),
      element('Key', request.key),
      element('UploadId', request.query.get('uploadId') ?? ''),
      element('NextPartNumberMarker', page.at(-1)?.[0] ?? 0),
      element('IsTruncated', all.length > page.length),
      ...listed,
    ]),
  };
};

export const completeUpload: S3Handler = (request, state) => {
  const upload = uploadOf(request, state);
  const document = request.body.toString();
  const etags = textsOf('ETag', document);
  const named = textsOf('PartNumber', document).map((number, index) => ({
    number: Number(number),
    etag: etags[index] ?? '',
  }));
  const object = assembled(upload, named, state.nowMs());
  const bucket = bucketOf(request, state);
  bucket.objects.set(request.key, object);
  bucket.uploads.delete(request.query.get('uploadId') ?? '');
  const parts = [element('Bucket', request.bucket), element('Key', request.key), element('ETag', object.etag)];
  return { status: 200, body: xmlDocument('CompleteMultipartUploadResult', parts) };
};

export const abortUpload: S3Handler = (request, state) => {
  uploadOf(request, state);
  bucketOf(request, state).uploads.delete(request.query.get('uploadId') ?? '');
  return { status: 204 };
};

export const listUploads: S3Handler = (request, state) => {
  const uploads = [...bucketOf(request, state).uploads].slice(0, MAX_LISTED);
  const listed = uploads.map(([uploadId, { key }]) =>
    group('Upload', [element('Key', key), element('UploadId', uploadId)]),
  );
  const head = [element('Bucket', request.bucket), element('IsTruncated', false)];
  return { status: 200, body: xmlDocument('ListMultipartUploadsResult', [...head, ...listed]) };
};

function uploadOf(request: S3Request, state: EndpointState): UnfinishedUpload {
  const upload = bucketOf(request, state).uploads.get(request.query.get('uploadId') ?? '');
  if (upload?.key !== request.key) throw new S3Error('NoSuchUpload');
  return upload;
}
