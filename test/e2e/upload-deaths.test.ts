/** The agent is killed while it uploads: nothing is lost, nothing is half, and nothing is sent again that had arrived. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import {
  digestsBelow,
  exportDeployment,
  seededRandom,
  startStorageFleet,
  stateDirectoryOf,
  viewBucket,
} from './harness/index.ts';
import type { BucketView, StorageFleet } from './harness/index.ts';

const DEVICE = 'edge-1';
/** Of the moments of death; `K4E_TEST_SEED` repeats those of another run. */
const SEED = Number(process.env.K4E_TEST_SEED ?? Date.now());
const SMALL_FILES = 2_000;
const SMALL_BYTES = 8_000;
const LARGE_BYTES = 200_000_000;
const CONTENT_BYTES = SMALL_FILES * SMALL_BYTES + LARGE_BYTES;
/** So slow that all deaths come before the end. */
const BYTES_PER_SECOND = 15_000_000;
const DEATHS = 7;
/** What an agent sends at most before it dies: every other one. */
const DIES_WITHIN_BYTES = 35_000_000;
/** Time from its start after which one dies at the latest: the others, before they upload, or as they begin to. */
const DIES_WITHIN_MS = 3_500;
/** For much, on a busy machine. */
const DEADLINE_MS = 120_000;
const TEST_TIMEOUT_MS = 400_000;
const LARGE_KEY = 'results/large.bin';
/** The small files come in ten lots, during the deaths. */
const WRITE_FILES = `trap 'exit 0' TERM
mkdir -p /export/out
head -c ${String(LARGE_BYTES)} /dev/urandom > /export/out/large.bin
for lot in 0 1 2 3 4 5 6 7 8 9; do
  mkdir /export/out/lot-$lot
  number=0
  while [ $number -lt ${String(SMALL_FILES / 10)} ]; do
    head -c ${String(SMALL_BYTES)} /dev/urandom > /export/out/lot-$lot/$number
    number=$((number + 1))
  done
  sleep 0.5 & wait $!
done
sleep infinity & wait
`;

const NAME = `an agent that dies while it uploads [seed ${String(SEED)}]`;
await describeWithPart(['control-plane', 'isolated-podman', 'minio'], NAME, () => {
  const random = seededRandom(SEED);
  const uploadIds = new Set<string>();
  let storage: StorageFleet;
  let bucket: BucketView;
  beforeAll(async () => {
    storage = await startStorageFleet({ deviceId: DEVICE });
    bucket = viewBucket(storage.minio, await storage.bucket());
    await bucket.keepVersions();
    await storage.configure({ storage: { maxUploadBytesPerSecond: BYTES_PER_SECOND } });
  });
  afterAll(async () => {
    bucket.close();
    await storage.stop();
  });

  const directory = (): string => join(storage.exportOf('writer'), 'out');
  const putOnce = async (files: number): Promise<void> => {
    const counts = await bucket.putCounts();
    expect(counts.size).toBe(files);
    expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
  };
  const die = async (death: number): Promise<void> => {
    const { fleet, link } = storage;
    if (death % 2 === 0) await delay(random() * DIES_WITHIN_MS);
    else {
      const bytes = (await link.sentBytes()) + random() * DIES_WITHIN_BYTES;
      const isReached = async (): Promise<void> => expect(await link.sentBytes()).toBeGreaterThan(bytes);
      await fleet.eventually('the agent has sent some bytes', isReached, DEADLINE_MS);
    }
    await fleet.agent.kill9();
    for (const id of await bucket.unfinished(LARGE_KEY)) uploadIds.add(id);
    await fleet.startAgent();
  };

  const uploadsOnce = `${String(DEATHS)} times uploads each file once, and goes on with a large one where it was`;
  test(uploadsOnce, { timeout: TEST_TIMEOUT_MS }, async () => {
    const { fleet, link } = storage;
    const paths = [{ source: 'out', target: 'results' }];
    await fleet.cluster.apply(exportDeployment({ name: 'writer', device: DEVICE, script: WRITE_FILES, paths }));
    const sentBefore = await link.sentBytes();
    for (let death = 1; death <= DEATHS; death += 1) await die(death);
    expect((await bucket.keys()).length).toBeLessThan(SMALL_FILES + 1);
    await storage.configure({ storage: { maxUploadBytesPerSecond: null } });
    const isComplete = async (): Promise<void> => expect((await bucket.keys()).length).toBe(SMALL_FILES + 1);
    await fleet.eventually('all files are in the bucket', isComplete, DEADLINE_MS);
    expect(await bucket.digests()).toEqual(await digestsBelow(directory(), 'results/'));
    await putOnce(SMALL_FILES + 1);
    expect(uploadIds.size).toBe(1);
    expect(await bucket.unfinished(LARGE_KEY)).toEqual([]);
    expect((await link.sentBytes()) - sentBefore).toBeLessThan(2 * CONTENT_BYTES);
  });

  test('and loses its journal uploads nothing again', async () => {
    const { fleet } = storage;
    await fleet.agent.kill9();
    for (const end of ['', '-wal', '-shm'])
      await rm(join(stateDirectoryOf(fleet.directory), `uploads.db${end}`), { force: true });
    await writeFile(join(directory(), 'further'), 'a further file');
    await fleet.startAgent();
    await fleet.eventually('it has uploaded the further file, and nothing is left', () => {
      expect(fleet.agent.lastLines()).toContain('1 files with 14 bytes uploaded, nothing is pending');
    });
    await putOnce(SMALL_FILES + 2);
  });
});
