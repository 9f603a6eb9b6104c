import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeResourceStoreContract } from '@k4e/conformance';
import type { ResourceStoreSubject } from '@k4e/conformance';
import { CONFIG_MAP } from '@k4e/core/resources';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createSqliteStore } from './create-sqlite-store.ts';

const HISTORY_CHANGES = 1_000;

async function createSubject(): Promise<ResourceStoreSubject> {
  const directory = await mkdtemp(join(tmpdir(), 'k4e-store-'));
  const store = createSqliteStore({
    file: join(directory, 'k4e.db'),
    clock: createSystemClock(),
    logger: createMemoryLogger(),
    historyLimits: { maxChanges: HISTORY_CHANGES, maxBytes: 256 * 1_024 * 1_024 },
    bookmarkIntervalMs: 100,
  });
  return {
    store,
    namespaces: ['here', 'there'],
    async expiredVersion(kind) {
      const { resourceVersion } = await store.list(kind, {});
      const write = (index: number) =>
        store.apply(
          CONFIG_MAP,
          { metadata: { namespace: 'other', name: 'churn' }, data: { index: String(index) } },
          { owner: 'x' },
        );
      await Promise.all(Array.from({ length: HISTORY_CHANGES + 1 }, (_, index) => write(index)));
      return resourceVersion;
    },
    async dispose() {
      await store.close();
      await rm(directory, { recursive: true });
    },
  };
}

describeResourceStoreContract('createSqliteStore', { createSubject });
