import { errorText, hasCode } from '@k4e/core';
import type { CallOptions, Disk, Logger, StateStore } from '@k4e/core/ports';
import {
  MAX_UNSYNCED_CHANGES,
  UNSYNCED_DOCUMENT,
  readUnsyncedDocument,
  writeUnsyncedDocument,
} from './unsynced-document.ts';
import type { StoreChange, UnsyncedDocument } from './unsynced-document.ts';

export type { StoreChange } from './unsynced-document.ts';

/** How long a sync may take, in milliseconds: it also writes what workloads have left to be written. */
export const SYNC_LIMIT_MS = 300_000;

/** What notes are kept with. */
export interface UnsyncedNotesOptions {
  readonly disk: Disk;
  readonly state: StateStore;
  readonly logger: Logger;
  /** Where podman keeps images and containers: a directory that the disk knows, unless podman runs elsewhere. */
  readonly storageDirectory: (options: CallOptions) => Promise<string>;
}

/** Notes of what podman makes and the disk may not have yet. */
export interface UnsyncedNotes {
  /**
   * Notes changes that are about to be made; they are on the disk when it resolves. Never rejects: a device whose state cannot
   * be written goes on without notes.
   */
  begin(changes: readonly StoreChange[]): Promise<void>;
  /** Those of the changes that are noted have been made, or given up: they are synced soon, and crossed out. */
  end(changes: readonly StoreChange[]): void;
  /**
   * What an earlier boot has left, until `settle`. What this boot has left, with a process that died, is synced soon. Notes that
   * cannot be read count as none. Rejects with `ABORTED` only.
   */
  earlier(options: CallOptions): Promise<readonly StoreChange[]>;
  /** Nothing of an earlier boot is in doubt any more. */
  settle(): Promise<void>;
  /** Resolves when no sync is under way or due. */
  idle(): Promise<void>;
}

/** Creates the notes. */
export function createUnsyncedNotes(options: UnsyncedNotesOptions): UnsyncedNotes {
  return new Notes(options);
}

/** Notes for who has no disk to sync: nothing is ever in doubt. */
export function createNoNotes(): UnsyncedNotes {
  const nothing = (): Promise<void> => Promise.resolve();
  return { begin: nothing, end: () => undefined, earlier: () => Promise.resolve([]), settle: nothing, idle: nothing };
}

interface Note {
  readonly change: StoreChange;
  readonly isOver: boolean;
}

const keyOf = ({ kind, name }: StoreChange): string => `${kind} ${name}`;

class Notes implements UnsyncedNotes {
  readonly #options: UnsyncedNotesOptions;
  /** In the order of their beginnings. A note that is taken up again is another object: what a sync began with tells them apart. */
  readonly #notes = new Map<string, Note>();
  #isOff = false;
  /** The newest save of what began. */
  #saving: Promise<void> | undefined;
  #isSyncDue = false;
  #syncing: Promise<void> | undefined;

  constructor(options: UnsyncedNotesOptions) {
    this.#options = options;
  }

  async begin(changes: readonly StoreChange[]): Promise<void> {
    if (this.#isOff) return;
    const areKnown = changes.every((change) => this.#notes.has(keyOf(change)));
    for (const change of changes) this.#put(change, false);
    if (!areKnown) this.#saving = this.#save();
    await this.#saving;
  }

  end(changes: readonly StoreChange[]): void {
    const noted = changes.filter((change) => this.#notes.has(keyOf(change)));
    for (const change of noted) this.#put(change, true);
    if (noted.length > 0) this.#syncSoon();
  }

  async earlier(options: CallOptions): Promise<readonly StoreChange[]> {
    try {
      const document = await this.#read(options);
      if (document === undefined) return [];
      if (document.bootId !== (await this.#options.disk.bootId(options))) return document.changes;
      for (const change of document.changes) if (!this.#notes.has(keyOf(change))) this.#put(change, true);
      this.#syncSoon();
    } catch (error) {
      if (hasCode(error, 'ABORTED')) throw error;
      this.#options.logger.warn('what was being made before cannot be told', { error: errorText(error) });
    }
    return [];
  }

  settle(): Promise<void> {
    return this.#save();
  }

  async idle(): Promise<void> {
    while (this.#syncing !== undefined) await this.#syncing;
  }

  #put(change: StoreChange, isOver: boolean): void {
    const key = keyOf(change);
    this.#notes.delete(key);
    this.#notes.set(key, { change, isOver });
    const [oldest] = this.#notes.keys();
    if (this.#notes.size > MAX_UNSYNCED_CHANGES && oldest !== undefined) this.#notes.delete(oldest);
  }

  async #read(options: CallOptions): Promise<UnsyncedDocument | undefined> {
    const bytes = await this.#options.state.read(UNSYNCED_DOCUMENT, options);
    return bytes === undefined ? undefined : readUnsyncedDocument(bytes);
  }

  async #save(): Promise<void> {
    const { disk, state, logger } = this.#options;
    try {
      const bootId = await disk.bootId();
      const changes = [...this.#notes.values()].map(({ change }) => change);
      if (changes.length === 0) await state.remove(UNSYNCED_DOCUMENT);
      else await state.write(UNSYNCED_DOCUMENT, writeUnsyncedDocument({ bootId, changes }));
    } catch (error) {
      logger.warn('what podman makes could not be noted: a power cut now would go unnoticed', {
        error: errorText(error),
      });
    }
  }

  #syncSoon(): void {
    this.#isSyncDue = true;
    this.#syncing ??= this.#syncWhileDue().finally(() => {
      this.#syncing = undefined;
    });
  }

  /** Never rejects. What could not be synced stays noted, and is tried again with the next change. */
  async #syncWhileDue(): Promise<void> {
    const { disk, logger, storageDirectory } = this.#options;
    try {
      while (this.#isSyncDue) {
        this.#isSyncDue = false;
        const over = [...this.#notes].filter(([, { isOver }]) => isOver);
        const signal = AbortSignal.timeout(SYNC_LIMIT_MS);
        await disk.sync(await storageDirectory({ signal }), { signal });
        for (const [key, note] of over) if (this.#notes.get(key) === note) this.#notes.delete(key);
        await this.#save();
      }
    } catch (error) {
      if (hasCode(error, 'NOT_FOUND')) return this.#giveUp();
      logger.warn('what podman made could not be synced', { error: errorText(error) });
    }
  }

  /** Where podman's storage is not to be seen from here, nothing can be synced; a note would only make good pods doubtful. */
  async #giveUp(): Promise<void> {
    this.#isOff = true;
    this.#notes.clear();
    await this.#save();
    this.#options.logger.info(
      'the storage of podman is not on a disk of this machine: power cuts are not guarded against',
    );
  }
}
