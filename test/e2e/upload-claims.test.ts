/** A device whose bucket comes of an ObjectBucketClaim that the operator itself serves, on a plain MinIO. */
import { S3Client, paginateListBuckets } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import { exportDeployment, runs, startStorageFleet, viewBucket } from './harness/index.ts';
import type { StorageFleet } from './harness/index.ts';

const DEVICE = 'edge-1';
const READING = 'reading\n';
const WRITE_READING = `mkdir -p /export/out
printf '${READING.replace('\n', '\\n')}' > /export/out/reading
trap 'exit 0' TERM
sleep infinity & wait $!
`;

const claimSchema = z.object({
  spec: z.object({ storageClassName: z.literal('k4e-s3'), bucketName: z.string().min(3) }),
  status: z.object({ phase: z.literal('Bound') }),
});

await describeWithPart(['control-plane', 'isolated-podman', 'minio'], 'a device with an ObjectBucketClaim', () => {
  let storage: StorageFleet;
  beforeAll(async () => {
    storage = await startStorageFleet({ deviceId: DEVICE, way: 'claim' });
  });
  afterAll(() => storage.stop());

  const read = async (resource: string): Promise<unknown> =>
    JSON.parse(await storage.fleet.cluster.kubectl('get', resource, '--output=json'));
  const buckets = async (): Promise<readonly string[]> => {
    const { endpoint, region, root } = storage.minio;
    const client = new S3Client({ endpoint, region, credentials: root, forcePathStyle: true });
    const names: string[] = [];
    for await (const { Buckets = [] } of paginateListBuckets({ client }, {}))
      names.push(...Buckets.map(({ Name = '' }) => Name));
    client.destroy();
    return names;
  };

  test('has its files in the bucket of the claim', async () => {
    const { fleet, minio } = storage;
    const bucket = await storage.bucket();
    const { spec } = claimSchema.parse(await read(`objectbucketclaim/${DEVICE}`));
    expect(spec.bucketName).toBe(bucket);
    expect(await read(`configmap/${DEVICE}`)).toMatchObject({ data: { BUCKET_NAME: bucket } });
    expect((await fleet.cluster.device(DEVICE))?.status).toMatchObject({ dataObc: DEVICE });
    const paths = [{ source: 'out', target: 'readings' }];
    await fleet.cluster.apply(exportDeployment({ name: 'meter', device: DEVICE, script: WRITE_READING, paths }));
    await runs(fleet, 'meter');
    const view = viewBucket(minio, bucket);
    await fleet.eventually('its file is in the bucket', async () =>
      expect(await view.keys()).toEqual(['readings/reading']),
    );
    view.close();
  });

  test('leaves neither claim nor bucket when it is deleted and nothing is to stay', async () => {
    const { fleet } = storage;
    expect(await buckets()).toHaveLength(1);
    await fleet.cluster.kubectl('delete', 'edgedevice', DEVICE, '--timeout=90s');
    await fleet.eventually('claim and bucket are gone', async () => {
      expect(await fleet.cluster.kubectl('get', 'objectbucketclaims,configmaps,secrets', '--output=name')).not.toMatch(
        /edge-1/,
      );
      expect(await buckets()).toEqual([]);
    });
  });
});
