import { errorCode, isRecord } from '@k4e/core';
import type { ResourceStore } from '@k4e/core/ports';
import { EDGE_DEVICE } from '@k4e/core/resources';
import type { EdgeDevice } from '@k4e/core/resources';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createSqliteStore } from '@k4e/store-sqlite';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomWrite } from './random-writes.ts';
import type { RandomWrite } from './random-writes.ts';
import { startCluster } from './start-cluster.ts';
import type { Cluster } from './start-cluster.ts';

/**
 * Writes of a sequence. Each sequence has a namespace of its own. Of 18 000 such writes one differed: when the last owner
 * of a resource has left all its fields, the next apply makes Kubernetes write down an owner of what was there before.
 */
const WRITES = 150;
const SEEDS = Array.from({ length: 16 }, (_, index) => index + 1_001);

function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** What two stores must agree on: content, and whether anything was written. Who is told when and under which number is their own. */
function comparable(resource: EdgeDevice | undefined, before: EdgeDevice | undefined): unknown {
  if (resource === undefined) return undefined;
  const { labels, annotations, finalizers, generation, deletionTimestamp, uid, resourceVersion } = resource.metadata;
  return {
    ...(isRecord(resource.spec) && { spec: resource.spec }),
    ...(isRecord(resource.status) && { status: resource.status }),
    metadata: { labels, annotations, finalizers, generation, isDeleting: deletionTimestamp !== undefined },
    isSame: uid === before?.metadata.uid,
    isUnchanged: resourceVersion === before?.metadata.resourceVersion,
  };
}

/** Writes to one store, and remembers what was there. */
function createRunner(store: ResourceStore, namespace: string): (write: RandomWrite) => Promise<unknown> {
  const known = new Map<string, EdgeDevice | undefined>();
  const call = async (write: RandomWrite): Promise<unknown> => {
    const ref = { namespace, name: write.name };
    if (write.call === 'delete') return store.delete(EDGE_DEVICE, ref);
    const { metadata } = write.content as { metadata?: object };
    const content = { ...write.content, metadata: { ...metadata, ...ref } };
    const answer =
      write.call === 'create'
        ? await store.create(EDGE_DEVICE, content)
        : await store.apply(EDGE_DEVICE, content, write.options);
    return { spec: answer.spec, status: answer.status };
  };
  return async (write) => {
    const outcome = await call(write).catch((error: unknown) => errorCode(error) ?? String(error));
    const now = await store.get(EDGE_DEVICE, { namespace, name: write.name });
    const before = known.get(write.name);
    known.set(write.name, now);
    return { outcome, now: comparable(now, before) };
  };
}

await describeWithPart('control-plane', 'the SQLite store does what the Kubernetes API does', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster.stop());

  test.each(SEEDS)(`in ${WRITES} random writes of three owners (seed %i)`, async (seed) => {
    const namespace = `seed-${seed}`;
    await cluster.kubectl(['create', 'namespace', namespace]);
    const kubernetes = cluster.storeFor();
    const sqlite = createSqliteStore({ file: ':memory:', clock: createSystemClock(), logger: createMemoryLogger() });
    const [asTheyDo, asWeDo] = [createRunner(kubernetes, namespace), createRunner(sqlite, namespace)];
    const random = seededRandom(seed);
    for (let index = 0; index < WRITES; index++) {
      const write = randomWrite(random);
      const [theirs, ours] = [await asTheyDo(write), await asWeDo(write)];
      expect(ours, `write ${index}: ${JSON.stringify(write)}`).toEqual(theirs);
    }
    await sqlite.close();
  });
});
