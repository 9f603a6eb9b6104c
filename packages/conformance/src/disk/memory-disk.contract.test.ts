import { createMemoryDisk } from '@k4e/core/testing';
import { describeDiskContract } from './disk-contract.ts';

describeDiskContract('createMemoryDisk', {
  createSubject: async () => ({
    disk: createMemoryDisk(['/data']),
    directory: '/data',
    dispose: async () => undefined,
  }),
});
