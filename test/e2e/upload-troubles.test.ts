/** The object store goes away, stands still, and wants other credentials: files wait, workloads do not notice, nothing is lost. */
import { join } from 'node:path';
import type { EdgeDeviceStatus } from '@k4e/core/resources';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import {
  bucketDocuments,
  digestsBelow,
  exportDeployment,
  filesBelow,
  runs,
  startStorageFleet,
  viewBucket,
} from './harness/index.ts';
import type { BucketView, StorageFleet } from './harness/index.ts';

const DEVICE = 'edge-1';
const BUCKET = 'files-of-edge-1';
const KEYS_BEFORE = { accessKeyId: 'before', secretAccessKey: 'the secret of before' };
const KEYS_AFTER = { accessKeyId: 'after', secretAccessKey: 'the secret of after' };
/** Files that have to be written while the store is in trouble. */
const FILES_IN_TROUBLE = 4;
/** What makes files, one after another, and one more when it is told to stop. */
const WRITE_ALL_THE_TIME = `mkdir -p /export/out
trap 'echo last > /export/out/last; exit 0' TERM
number=0
while true; do
  number=$((number + 1))
  echo "reading $number" > /export/out/$number
  sleep 0.5 & wait $!
done
`;

await describeWithPart(['control-plane', 'isolated-podman', 'minio'], 'an object store in trouble', () => {
  let storage: StorageFleet;
  let bucket: BucketView;
  beforeAll(async () => {
    storage = await startStorageFleet({ deviceId: DEVICE });
    const { minio, fleet, configure } = storage;
    await minio.makeBucket(BUCKET);
    await minio.makeUser(KEYS_BEFORE);
    bucket = viewBucket(minio, BUCKET);
    await tellKeys(KEYS_BEFORE);
    await configure({ storage: { s3: { configMapName: 'files', secretName: 'files' } } });
    const paths = [{ source: 'out', target: 'readings' }];
    await fleet.cluster.apply(exportDeployment({ name: 'meter', device: DEVICE, script: WRITE_ALL_THE_TIME, paths }));
    await runs(fleet, 'meter');
  });
  afterAll(async () => {
    bucket.close();
    await storage.stop();
  });

  const tellKeys = async (keys: typeof KEYS_BEFORE): Promise<void> => {
    const { fleet, minio, link } = storage;
    const place = { name: 'files', endpoint: link.endpoint, region: minio.region, bucket: BUCKET };
    await fleet.cluster.apply(bucketDocuments({ ...place, ...keys }));
  };
  const directory = (): string => join(storage.exportOf('meter'), 'out');
  const status = async (): Promise<EdgeDeviceStatus> => (await storage.fleet.cluster.device(DEVICE))?.status ?? {};
  const writesOn = async (): Promise<void> => {
    const before = (await filesBelow(directory())).length;
    await storage.fleet.eventually('the workload goes on', async () => {
      expect((await filesBelow(directory())).length).toBeGreaterThanOrEqual(before + FILES_IN_TROUBLE);
    });
  };
  const saysWhy = (reason: string): Promise<void> =>
    storage.fleet.eventually(`the status of the device says ${reason}`, async () => {
      const { conditions, deployments } = await status();
      const upload = expect.objectContaining({ reason, message: expect.any(String) as string }) as object;
      expect(deployments).toEqual([expect.objectContaining({ name: 'meter', phase: 'Running', upload })]);
      expect(conditions).toContainEqual(expect.objectContaining({ type: 'UploadsReady', status: 'False' }));
    });
  const arrives = async (): Promise<void> => {
    const names = await filesBelow(directory());
    await storage.fleet.eventually(
      'all that was written is in the bucket, and the status has no complaint',
      async () => {
        const written = await digestsBelow(directory(), 'readings/');
        const objects = await bucket.digests();
        const missing = names.filter((name) => objects.get(`readings/${name}`) !== written.get(`readings/${name}`));
        expect(missing).toEqual([]);
        const { conditions } = await status();
        expect(conditions).toContainEqual(expect.objectContaining({ type: 'UploadsReady', status: 'True' }));
      },
    );
  };
  const undisturbed = async (trouble: () => Promise<void>): Promise<void> => {
    const before = await storage.fleet.pods();
    await trouble();
    expect(await storage.fleet.pods()).toEqual(before);
  };

  test('that is killed and comes back', () =>
    undisturbed(async () => {
      await arrives();
      await storage.minio.kill();
      await saysWhy('STORAGE_UNREACHABLE');
      await writesOn();
      await storage.minio.restart();
      await arrives();
    }));

  test('that stands still for a while', () =>
    undisturbed(async () => {
      await storage.minio.pause();
      await writesOn();
      await storage.minio.resume();
      await arrives();
    }));

  test('that does not accept the credentials any more gets others, and until it knows those the status says so', () =>
    undisturbed(async () => {
      await storage.minio.disableUser(KEYS_BEFORE.accessKeyId);
      await saysWhy('STORAGE_CREDENTIALS');
      const { storage: { version: before } = {} } = await status();
      await tellKeys(KEYS_AFTER);
      await storage.fleet.eventually(
        'the device has the other credentials',
        async () => {
          const { storage: { version } = {}, lastSyncedResourceVersion, configurationVersion } = await status();
          expect(version).not.toBe(before);
          expect(lastSyncedResourceVersion).toBe(configurationVersion);
        },
        90_000,
      );
      await saysWhy('STORAGE_CREDENTIALS');
      await storage.minio.makeUser(KEYS_AFTER);
      await arrives();
    }));

  test('that is away while the workload is removed and the agent dies', async () => {
    const { minio, fleet } = storage;
    await minio.kill();
    await fleet.cluster.kubectl('delete', 'edgedeployment', 'meter', '--timeout=60s');
    await fleet.eventually('the pod is gone', async () => expect([...(await fleet.pods()).keys()]).toEqual([]));
    await fleet.agent.kill9();
    await fleet.startAgent();
    await minio.restart();
    await fleet.eventually('all that was written is in the bucket', async () => {
      const written = await digestsBelow(directory(), 'readings/');
      expect(written.has('readings/last')).toBe(true);
      expect(await bucket.digests()).toEqual(written);
    });
  });
});
