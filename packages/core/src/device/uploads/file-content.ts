import { K4eError } from '../../foundation/index.ts';
import type { CallOptions, FileIdentity, ObjectContent, OpenFile } from '../../ports/index.ts';
import { excerpt } from './excerpt.ts';
import { isSameFile } from './plan-upload.ts';
import type { ReadBuffers } from './read-buffers.ts';

/** What content is made of. */
export interface FileContentParts {
  readonly path: string;
  readonly file: OpenFile;
  /** What the file was when it was looked at: as long as it is that, its content is the same. */
  readonly identity: FileIdentity;
  /** Waits until so many bytes may be read. */
  readonly pace: (sizeBytes: number, options?: CallOptions) => Promise<void>;
  readonly buffers: ReadBuffers;
}

/** Content that holds memory. */
export interface FileContent extends ObjectContent {
  release(bytes: Uint8Array): void;
  /** Lets go of what was read and not released. Nothing is read any more. */
  dispose(): void;
}

/** The content of an open file, as long as the file stays what it was. The file is for the caller to close. */
export function createFileContent({ path, file, identity, pace, buffers }: FileContentParts): FileContent {
  const { sizeBytes } = identity;
  const rooms = new Map<ArrayBufferLike, Uint8Array>();
  const changed = (): K4eError => new K4eError('UPLOAD_SOURCE_CHANGED', { subject: excerpt(path) });
  const confirm = async (options?: CallOptions): Promise<void> => {
    if (!isSameFile(await file.identify(options), identity)) throw changed();
  };
  return {
    sizeBytes,
    confirm,
    async read(offset, lengthBytes, options) {
      await pace(lengthBytes, options);
      const room = buffers.take(lengthBytes);
      rooms.set(room.buffer, room);
      const bytes = await file.read(offset, lengthBytes, { ...options, into: room });
      if (bytes.byteLength !== lengthBytes) throw changed();
      // What is read whole is confirmed at the end; of a large file the rest is not worth sending once it has changed.
      if (lengthBytes < sizeBytes) await confirm(options);
      return bytes;
    },
    release({ buffer }) {
      const room = rooms.get(buffer);
      if (room === undefined) return;
      rooms.delete(buffer);
      buffers.giveBack(room);
    },
    dispose() {
      for (const room of rooms.values()) buffers.drop(room);
      rooms.clear();
    },
  };
}
