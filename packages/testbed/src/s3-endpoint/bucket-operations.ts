import { emptyBucket } from './bucket-contents.ts';
import { bucketOf } from './object-operations.ts';
import type { S3Handler } from './s3-answer.ts';
import { S3Error } from './s3-error.ts';
import { element, group, textsOf, xmlDocument } from './xml.ts';

export const createBucket: S3Handler = (request, state) => {
  if (state.buckets.has(request.bucket)) throw new S3Error('BucketAlreadyOwnedByYou');
  state.buckets.set(request.bucket, emptyBucket());
  return { status: 200, headers: { location: `/${request.bucket}` } };
};

export const headBucket: S3Handler = (request, state) => {
  bucketOf(request, state);
  return { status: 200 };
};

export const deleteBucket: S3Handler = (request, state) => {
  const { objects, uploads } = bucketOf(request, state);
  if (objects.size > 0 || uploads.size > 0) throw new S3Error('BucketNotEmpty');
  state.buckets.delete(request.bucket);
  return { status: 204 };
};

export const getTags: S3Handler = (request, state) => {
  const { tags } = bucketOf(request, state);
  if (tags.size === 0) throw new S3Error('NoSuchTagSet');
  const listed = [...tags].map(([key, value]) => group('Tag', [element('Key', key), element('Value', value)]));
  return { status: 200, body: xmlDocument('Tagging', [group('TagSet', listed)]) };
};

export const putTags: S3Handler = (request, state) => {
  const { tags } = bucketOf(request, state);
  const document = request.body.toString();
  const values = textsOf('Value', document);
  tags.clear();
  for (const [index, key] of textsOf('Key', document).entries()) tags.set(key, values[index] ?? '');
  return { status: 204 };
};

export const deleteTags: S3Handler = (request, state) => {
  bucketOf(request, state).tags.clear();
  return { status: 204 };
};
