import { createMemoryExports } from '@k4e/core/testing';
import { describeExportFilesContract } from './export-files-contract.ts';
import type { ExportFilesSubject, SpecialKind } from './export-files-subject.ts';

const SPECIALS: readonly SpecialKind[] = ['pipe', 'socket', 'device'];

const CALLS = ['walk', 'open', 'identify', 'read'] as const;

async function createSubject(): Promise<ExportFilesSubject> {
  const files = createMemoryExports();
  return {
    files,
    write: async (workload, path, content) => files.write(workload, path, content),
    append: async (workload, path, content) => files.append(workload, path, content),
    replace: async (workload, path, content) => files.replace(workload, path, content),
    remove: async (workload, path) => files.remove(workload, path),
    link: async (workload, path, target) => files.link(workload, path, target),
    makeDirectory: async (workload, path) => files.makeDirectory(workload, path),
    makeSpecial: async (workload, path, kind) => files.makeRefused(workload, path, `is a ${kind}`),
    makeUnnameable: async (workload, directory) =>
      files.makeRefused(workload, `${directory}/\\xff`, 'the name is not UTF-8'),
    failDisk: async (workload) => {
      for (const call of CALLS) files.fail(call, 'STATE_UNREADABLE', workload);
      return async () => CALLS.forEach((call) => files.fail(call, undefined, workload));
    },
    openCount: () => files.openCount(),
    dispose: async () => undefined,
  };
}

describeExportFilesContract('createMemoryExports', { createSubject, specials: SPECIALS });
