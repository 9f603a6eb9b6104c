import {
  AbortMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  NoSuchKey,
  S3Client,
} from '@aws-sdk/client-s3';
import type { ObjectStoreSubject } from '@k4e/conformance';
import type { BucketAccess } from '@k4e/core/ports';
import { createOpenBucket } from '@k4e/storage-s3';
import type { Minio } from '@k4e/testbed';
import { startCountingProxy } from './counting-proxy.ts';
import { PATIENCE, defective } from './endpoint-subject.ts';

let bucketCount = 0;

/** A new bucket on a MinIO, reached through a proxy. Looked at by a client of the vendor's. */
export async function createMinioSubject(minio: Minio): Promise<ObjectStoreSubject> {
  bucketCount += 1;
  const bucket = `files-${String(bucketCount)}`;
  await minio.makeBucket(bucket);
  const proxy = await startCountingProxy(minio.endpoint);
  const { endpoint, region, root } = minio;
  const eyes = new S3Client({ endpoint, region, credentials: root, forcePathStyle: true });
  const access: BucketAccess = { ...minio.access(bucket), endpoint: proxy.url };
  const open = createOpenBucket(PATIENCE);
  return {
    store: await open(access),
    reopen: () => open(access),
    openWith: (defect) => open({ ...access, ...defective(defect) }),
    contentOf: (key) => contentOf(eyes, bucket, key),
    unfinishedPuts: async () => (await unfinished(eyes, bucket)).length,
    forgetUnfinishedPuts: async () => {
      for (const { Key, UploadId } of await unfinished(eyes, bucket)) {
        await eyes.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
      }
    },
    receivedBytes: () => proxy.receivedBytes(),
    fail: () => {
      proxy.cut(true);
      return Promise.resolve(() => Promise.resolve(proxy.cut(false)));
    },
    dispose: async () => {
      eyes.destroy();
      await proxy.stop();
    },
  };
}

async function contentOf(eyes: S3Client, bucket: string, key: string): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await eyes.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body?.transformToByteArray();
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

// MinIO lists the unfinished uploads of one key only; those of the suite have this one.
async function unfinished(
  eyes: S3Client,
  bucket: string,
): Promise<readonly { readonly Key: string; readonly UploadId: string }[]> {
  const keys = ['file', 'new', 'old', 'a/file'];
  const pages = keys.map((Prefix) => eyes.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix })));
  const uploads = (await Promise.all(pages)).flatMap(({ Uploads = [] }) => Uploads);
  return uploads.map(({ Key = '', UploadId = '' }) => ({ Key, UploadId }));
}
