/** Files that a workload leaves for upload: to the device's own bucket, to the last one that is written before it goes. */
import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { describeWithPart } from '@k4e/testbed/vitest';
import { digestsBelow, exportDeployment, runs, startStorageFleet, viewBucket } from './harness/index.ts';
import type { BucketView, FleetOfOne, StorageFleet } from './harness/index.ts';

const DEVICE = 'edge-1';
/** Content of any bytes, a name that is none of ASCII, one that has a meaning in URLs, directories, and an empty file. */
const WRITE_FILES = `trap 'exit 0' TERM
mkdir -p '/export/out/sub/dir' /export/private
head -c 3000000 /dev/urandom > /export/out/random.bin
head -c 12000000 /dev/urandom > /export/out/sub/large.bin
printf 'k\\303\\244se' > '/export/out/sub/dir/Größe 学习 🛰.txt'
echo odd > '/export/out/sub/a+b&c=d%20e #1?.txt'
: > /export/out/empty
echo private > /export/private/key
echo single > /export/single.txt
sleep infinity & wait
`;

/** One file at once, and one when it is told to stop. */
const WRITE_LAST_FILE = `mkdir -p /export/out
trap 'echo last > /export/out/last; exit 0' TERM
echo first > /export/out/first
sleep infinity & wait
`;

const sha256 = (text: string): string => hash('sha256', text);

function deploy({ cluster }: FleetOfOne, name: string): Promise<void> {
  const paths = [{ source: 'out', target: name }];
  return cluster.apply(exportDeployment({ name, device: DEVICE, script: WRITE_LAST_FILE, paths }));
}

const secretSchema = z.object({
  data: z.object({ AWS_SECRET_ACCESS_KEY: z.string().min(20), AWS_SESSION_TOKEN: z.string().min(20) }),
});

await describeWithPart(['control-plane', 'isolated-podman', 'minio'], 'files of workloads', () => {
  let storage: StorageFleet;
  let bucket: BucketView;
  let bucketName: string;
  beforeAll(async () => {
    storage = await startStorageFleet({ deviceId: DEVICE });
    bucketName = await storage.bucket();
    bucket = viewBucket(storage.minio, bucketName);
  });
  afterAll(async () => {
    bucket.close();
    await storage.stop();
  });

  test('arrive in the bucket that the operator made for the device, byte for byte', async () => {
    const { fleet, exportOf } = storage;
    const paths = [
      { source: 'out', target: 'results' },
      { source: 'single.txt', target: 'one/file.txt' },
    ];
    await fleet.cluster.apply(exportDeployment({ name: 'writer', device: DEVICE, script: WRITE_FILES, paths }));
    await runs(fleet, 'writer');
    await fleet.eventually('all files are in the bucket', async () => {
      const written = await digestsBelow(join(exportOf('writer'), 'out'), 'results/');
      expect(written.size).toBe(5);
      const objects = new Map(await bucket.digests());
      expect(objects.delete('one/file.txt')).toBe(true);
      expect(objects).toEqual(written);
    });
    await fleet.eventually('the status of the device says so', async () => {
      const { status } = (await fleet.cluster.device(DEVICE)) ?? {};
      const upload = { pendingFiles: 0, pendingBytes: 0 };
      expect(status?.deployments).toEqual([expect.objectContaining({ name: 'writer', phase: 'Running', upload })]);
      expect(Date.parse(status?.deployments?.[0]?.lastDataUpload ?? '')).toBeLessThanOrEqual(Date.now());
      expect(status?.storage).toMatchObject({ provisioner: 'direct', bucket: bucketName });
      const ready = { type: 'StorageReady', status: 'True', reason: 'BucketReady' };
      expect(status?.conditions).toContainEqual(expect.objectContaining(ready));
      expect(status?.conditions).toContainEqual(expect.objectContaining({ type: 'UploadsReady', status: 'True' }));
    });
  });

  test('are brought there with credentials that nobody else is told', async () => {
    const { cluster, directory } = storage.fleet;
    const secret = secretSchema.parse(
      JSON.parse(await cluster.kubectl('get', 'secret', `k4e-storage-${DEVICE}`, '--output=json')),
    );
    const told = [
      await cluster.kubectl('get', 'edgedevices,edgedeployments,configmaps,events', '--output=yaml'),
      readFileSync(join(directory, 'agent.log'), 'utf8'),
      readFileSync(join(directory, '..', 'operator.log'), 'utf8'),
    ].join('\n');
    expect(told).toContain(bucketName);
    for (const encoded of [secret.data.AWS_SECRET_ACCESS_KEY, secret.data.AWS_SESSION_TOKEN]) {
      expect(told).not.toContain(encoded);
      expect(told).not.toContain(Buffer.from(encoded, 'base64').toString());
    }
  });

  test('of a workload that is removed arrive too, with what it wrote while it was stopped', async () => {
    const { fleet } = storage;
    await deploy(fleet, 'leaver');
    await fleet.eventually('its first file is in the bucket', async () =>
      expect(await bucket.keys()).toContain('leaver/first'),
    );
    await fleet.cluster.kubectl('delete', 'edgedeployment', 'leaver', '--timeout=60s');
    await fleet.eventually('its last file is in the bucket', async () => {
      expect([...(await fleet.pods()).keys()]).toEqual(['writer']);
      expect((await bucket.digests()).get('leaver/last')).toBe(sha256('last\n'));
    });
  });

  test('of a device that is deleted are in the bucket, which stays, when the device is gone', async () => {
    const { fleet, exportOf } = storage;
    await deploy(fleet, 'stayer');
    await runs(fleet, 'stayer');
    await fleet.cluster.kubectl('delete', 'edgedevice', DEVICE, '--timeout=90s');
    expect((await bucket.digests()).get('stayer/last')).toBe(sha256('last\n'));
    expect(await fleet.agent.ended).toBe(0);
    expect(existsSync(exportOf('stayer'))).toBe(false);
    expect(await fleet.cluster.kubectl('get', 'secret', '--output=name')).not.toContain('k4e-storage');
  });
});
