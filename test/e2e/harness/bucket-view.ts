import { hash } from 'node:crypto';
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  S3Client,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import type { ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3';
import type { Minio } from '@k4e/testbed';

const READERS = 16;

/** A bucket as its owner sees it. */
export interface BucketView {
  /** Keys of all objects, sorted. */
  readonly keys: () => Promise<readonly string[]>;
  /** SHA-256 of the content of all objects, by their keys. */
  readonly digests: () => Promise<ReadonlyMap<string, string>>;
  /** From now on the bucket keeps every version of an object. */
  readonly keepVersions: () => Promise<void>;
  /** How often each object was put since `keepVersions`, by its key. */
  readonly putCounts: () => Promise<ReadonlyMap<string, number>>;
  /** Ids of the puts of an object in parts that were begun and neither completed nor given up. */
  readonly unfinished: (key: string) => Promise<readonly string[]>;
  readonly close: () => void;
}

/** Looks at a bucket of a MinIO with the rights of its root. */
export function viewBucket({ endpoint, region, root }: Minio, Bucket: string): BucketView {
  const client = new S3Client({ endpoint, region, credentials: root, forcePathStyle: true });
  const keys = async (): Promise<readonly string[]> => listKeys(client, Bucket);
  return {
    keys,
    digests: async () => {
      const digests = new Map((await keys()).map((key) => [key, '']));
      const rest = digests.keys();
      const read = async (): Promise<void> => {
        for (const key of rest) digests.set(key, await digestOf(client, Bucket, key));
      };
      await Promise.all(Array.from({ length: READERS }, read));
      return digests;
    },
    keepVersions: async () => {
      const VersioningConfiguration = { Status: 'Enabled' } as const;
      await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    },
    putCounts: async () => {
      const counts = new Map<string, number>();
      for await (const key of versionedKeys(client, Bucket)) counts.set(key, (counts.get(key) ?? 0) + 1);
      return counts;
    },
    unfinished: async (key) => {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: key }));
      return Uploads.map(({ UploadId = '' }) => UploadId);
    },
    close: () => client.destroy(),
  };
}

async function listKeys(client: S3Client, Bucket: string): Promise<readonly string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
    keys.push(...Contents.map(({ Key = '' }) => Key));
  }
  return keys.sort();
}

async function digestOf(client: S3Client, Bucket: string, Key: string): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return hash('sha256', (await Body?.transformToByteArray()) ?? '');
}

async function* versionedKeys(client: S3Client, Bucket: string): AsyncGenerator<string, void> {
  let from: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (from !== undefined) {
    const page: ListObjectVersionsCommandOutput = await client.send(new ListObjectVersionsCommand({ Bucket, ...from }));
    for (const { Key = '' } of page.Versions ?? []) yield Key;
    const { IsTruncated, NextKeyMarker = '', NextVersionIdMarker = '' } = page;
    from = IsTruncated === true ? { KeyMarker: NextKeyMarker, VersionIdMarker: NextVersionIdMarker } : undefined;
  }
}
