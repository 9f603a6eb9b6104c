import { K4eError, createSerialQueue } from '../foundation/index.ts';
import type { StateStore } from '../ports/index.ts';
import { checkStateDocument } from '../ports/index.ts';

/** A state store in memory, with the faults of a disk at hand. */
export interface MemoryStateStore extends StateStore {
  /** The documents as they are, by name. */
  documents(): ReadonlyMap<string, Uint8Array>;
  /** Makes a document read as `STATE_CORRUPT` until it is written again. */
  damage(name: string): void;
  /** From now on writes and removals reject with `STATE_UNWRITABLE`, or no longer do. */
  failWrites(areFailing: boolean): void;
}

/** Creates an empty state store. */
export function createMemoryStateStore(): MemoryStateStore {
  const documents = new Map<string, Uint8Array>();
  const damaged = new Set<string>();
  const queue = createSerialQueue();
  let areFailing = false;
  const run = <T>(work: () => T, signal: AbortSignal | undefined): Promise<T> =>
    queue.run(() => Promise.resolve().then(work), { signal });
  const change = (name: string, apply: () => void): void => {
    if (areFailing) throw new K4eError('STATE_UNWRITABLE', { subject: name });
    damaged.delete(name);
    apply();
  };
  return {
    async read(name, { signal } = {}) {
      checkStateDocument(name);
      return run(() => readFrom(documents, damaged, name), signal);
    },
    async write(name, bytes, { signal } = {}) {
      checkStateDocument(name, bytes);
      const copy = Uint8Array.from(bytes);
      return run(() => change(name, () => void documents.set(name, copy)), signal);
    },
    async remove(name, { signal } = {}) {
      checkStateDocument(name);
      return run(() => change(name, () => void documents.delete(name)), signal);
    },
    documents: () => documents,
    damage: (name) => void damaged.add(name),
    failWrites: (value) => void (areFailing = value),
  };
}

function readFrom(
  documents: ReadonlyMap<string, Uint8Array>,
  damaged: ReadonlySet<string>,
  name: string,
): Uint8Array | undefined {
  if (damaged.has(name)) throw new K4eError('STATE_CORRUPT', { subject: name, retry: 'never' });
  const document = documents.get(name);
  return document === undefined ? undefined : Uint8Array.from(document);
}
