import { K4eError } from '@k4e/core';
import { createMemoryObjectStore } from '@k4e/core/testing';
import { describeObjectStoreContract } from './object-store-contract.ts';
import type { ObjectStoreSubject } from './object-store-subject.ts';

const PART_SIZE_BYTES = 10_000;

async function createSubject(): Promise<ObjectStoreSubject> {
  await Promise.resolve();
  const store = createMemoryObjectStore({ partSizeBytes: PART_SIZE_BYTES });
  return {
    store,
    reopen: async () => Promise.resolve(store.reopen()),
    openWith: async () => Promise.reject(new K4eError('INTERNAL')),
    contentOf: async (key) => Promise.resolve(store.objects().get(key)),
    unfinishedPuts: async () => Promise.resolve(store.unfinished().length),
    forgetUnfinishedPuts: async () => Promise.resolve(store.forgetUnfinished()),
    receivedBytes: () => store.receivedBytes(),
    fail: async (code) => {
      await Promise.resolve(store.fail(code));
      return async () => Promise.resolve(store.fail(undefined));
    },
    dispose: async () => Promise.resolve(),
  };
}

describeObjectStoreContract('createMemoryObjectStore', {
  createSubject,
  partSizeBytes: PART_SIZE_BYTES,
  defects: [],
  faults: ['STORAGE_UNREACHABLE', 'STORAGE_FULL', 'STORAGE_CREDENTIALS'],
});
