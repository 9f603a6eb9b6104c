import { createMemoryStateStore } from '@k4e/core/testing';
import { describeStateStoreContract } from './state-store-contract.ts';
import type { StateStoreSubject } from './state-store-subject.ts';

async function createSubject(): Promise<StateStoreSubject> {
  const store = createMemoryStateStore();
  return {
    store,
    reopen: () => store,
    damage: async (name) => store.damage(name),
    failWrites: async () => {
      store.failWrites(true);
      return async () => store.failWrites(false);
    },
    dispose: async () => undefined,
  };
}

describeStateStoreContract('createMemoryStateStore', { createSubject, damages: ['marked as damaged'] });
