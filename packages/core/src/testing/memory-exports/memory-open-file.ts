import type { OpenFile } from '../../ports/index.ts';
import type { ExportFaults } from './export-faults.ts';
import { identityOf } from './memory-tree.ts';
import type { MemoryFile } from './memory-tree.ts';

/** What an open file tells of. */
export interface OpenFileHooks {
  readonly faults: ExportFaults;
  readonly onRead: (path: string, offset: number) => void;
  /** Called once. */
  readonly onClose: () => void;
}

/** Opens a file of a memory tree; it stays that file whatever takes its place. */
export function openMemoryFile(path: string, file: MemoryFile, { faults, onRead, onClose }: OpenFileHooks): OpenFile {
  let isClosed = false;
  return {
    async identify(options) {
      await Promise.resolve();
      faults.check('identify', path, options);
      return identityOf(file);
    },
    async read(offset, lengthBytes, options) {
      await Promise.resolve();
      faults.check('read', path, options);
      onRead(path, offset);
      return file.content.slice(offset, offset + lengthBytes);
    },
    close() {
      if (!isClosed) onClose();
      isClosed = true;
      return Promise.resolve();
    },
  };
}
