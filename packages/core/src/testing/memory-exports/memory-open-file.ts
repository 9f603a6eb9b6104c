import type { OpenFile } from '../../ports/index.ts';
import type { ExportFaults } from './export-faults.ts';
import { identityOf } from './memory-tree.ts';
import type { MemoryFile } from './memory-tree.ts';

/** Which file it is, and what it tells of. */
export interface OpenFileHooks {
  readonly workload: string;
  readonly path: string;
  readonly faults: ExportFaults;
  readonly onRead: (path: string, offset: number) => void;
  /** Called once. */
  readonly onClose: () => void;
}

/** Opens a file of a memory tree; it stays that file whatever takes its place. */
export function openMemoryFile(file: MemoryFile, hooks: OpenFileHooks): OpenFile {
  const { workload, path, faults, onRead, onClose } = hooks;
  let isClosed = false;
  return {
    async identify(options) {
      await Promise.resolve();
      faults.check('identify', workload, options);
      return identityOf(file);
    },
    async read(offset, lengthBytes, options) {
      await Promise.resolve();
      faults.check('read', workload, options);
      onRead(path, offset);
      const bytes = file.content.slice(offset, offset + lengthBytes);
      if (options?.into === undefined) return bytes;
      options.into.set(bytes);
      return options.into.subarray(0, bytes.byteLength);
    },
    close() {
      if (!isClosed) onClose();
      isClosed = true;
      return Promise.resolve();
    },
  };
}
