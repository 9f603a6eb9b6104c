import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { startMinioProgram } from '@k4e/testbed';
import { startS3Endpoint } from '@k4e/testbed/s3-endpoint';

/** An S3 bucket for the files of a local fleet. */
export interface LocalStorage {
  /** What serves it, in words. */
  readonly name: string;
  readonly endpoint: string;
  readonly bucket: string;
  readonly region: string;
  readonly credentials: S3Credentials;
  /** Text of an object; `undefined` while it is not there. */
  read(key: string): Promise<string | undefined>;
  /** Removes the bucket with its objects, and ends what was started for it. */
  stop(): Promise<void>;
}

interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Somewhere that speaks S3. */
interface S3Place {
  readonly name: string;
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: S3Credentials;
  stop(): Promise<void>;
}

const REGION = 'us-east-1';
const BUCKET_PREFIX = 'k4e-demo-';

/** An endpoint of the user's, with the credentials that AWS's tools take from the environment. */
function namedPlace(endpoint: string): S3Place {
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new Error(`--s3-endpoint ${endpoint} is not a URL, such as http://127.0.0.1:9000`);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_REGION } = process.env;
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new Error(`${endpoint} needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment`);
  const credentials = { accessKeyId, secretAccessKey };
  return { name: endpoint, endpoint, region: AWS_REGION ?? REGION, credentials, stop: () => Promise.resolve() };
}

/** MinIO where the program is at hand; else the endpoint that lives in this process. */
async function findPlace(): Promise<S3Place> {
  const minio = await startMinioProgram({ isQuick: true });
  if (minio !== undefined) return { ...minio, name: `MinIO on ${minio.endpoint}`, credentials: minio.root };
  const embedded = await startS3Endpoint();
  const { url: endpoint, credentials } = embedded;
  const name = `an S3 endpoint in this process, in memory, on ${endpoint} (there is no MinIO on this machine)`;
  return { name, endpoint, region: REGION, credentials, stop: () => embedded.stop() };
}

/** The SDK's error for a connection that fails has no message of its own. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? `${error.name} ${error.message}`.trim() : String(error);
}

async function readObject(client: S3Client, bucket: string, key: string): Promise<string | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body?.transformToString();
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}

async function removeBucket(client: S3Client, Bucket: string): Promise<void> {
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket }));
  const Objects = Contents.map(({ Key }) => ({ Key }));
  if (Objects.length > 0) await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  await client.send(new DeleteBucketCommand({ Bucket }));
}

/** Makes a bucket of the fleet's own at `endpoint`, or wherever there is one. */
export async function startLocalStorage(endpoint?: string): Promise<LocalStorage> {
  const place = endpoint === undefined ? await findPlace() : namedPlace(endpoint);
  const { credentials, region } = place;
  const bucket = `${BUCKET_PREFIX}${randomUUID()}`;
  const client = new S3Client({ endpoint: place.endpoint, region, credentials, forcePathStyle: true });
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    await place.stop();
    throw new Error(`no bucket could be made at ${place.name}: ${wordsOf(error)}`, { cause: error });
  }
  return {
    ...place,
    bucket,
    read: (key) => readObject(client, bucket, key),
    async stop() {
      if (endpoint !== undefined) await removeBucket(client, bucket);
      client.destroy();
      await place.stop();
    },
  };
}
