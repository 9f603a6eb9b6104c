import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { RAW_NAME, descriptorPath } from './raw-name.ts';
import type { RawName } from './raw-name.ts';

/** A directory that the kernel tells of. */
export interface WatchedDirectory {
  readonly name: RawName;
  /** `undefined` for the export itself. */
  readonly parent: WatchedDirectory | undefined;
  readonly children: Map<RawName, WatchedDirectory>;
  isClosed: boolean;
}

/** Hears that something changed in a directory; with the name of an entry that came, went or was replaced. */
export type DirectoryListener = (directory: WatchedDirectory, renamed: RawName | undefined) => void;

/** Directories that are watched, at most so many. */
export interface WatchedDirectories {
  /**
   * Watches the directory that is open as `descriptor`; `undefined` when it is watched already or there are too many.
   * Throws what the system says.
   */
  add(parent: WatchedDirectory | undefined, name: RawName, descriptor: number): WatchedDirectory | undefined;
  /** Ends the watch of a directory and of all below it. */
  drop(directory: WatchedDirectory): void;
  isFull(): boolean;
}

/** Creates a set without any. */
export function createWatchedDirectories(limit: number, onEvent: DirectoryListener): WatchedDirectories {
  const watchers = new Map<WatchedDirectory, FSWatcher>();
  const drop = (directory: WatchedDirectory): void => {
    watchers.get(directory)?.close();
    watchers.delete(directory);
    directory.isClosed = true;
    if (directory.parent?.children.get(directory.name) === directory) directory.parent.children.delete(directory.name);
    directory.children.forEach(drop);
  };
  return {
    add(parent, name, descriptor) {
      if (watchers.size >= limit || parent?.children.has(name) === true) return undefined;
      const watcher = watch(descriptorPath(descriptor), { encoding: RAW_NAME });
      const directory: WatchedDirectory = { name, parent, children: new Map(), isClosed: false };
      watchers.set(directory, watcher);
      parent?.children.set(name, directory);
      watcher.on('error', () => drop(directory));
      watcher.on('change', (type, changed) => {
        if (directory.isClosed) return;
        onEvent(directory, type === 'rename' && typeof changed === 'string' ? changed : undefined);
      });
      return directory;
    },
    drop,
    isFull: () => watchers.size >= limit,
  };
}
