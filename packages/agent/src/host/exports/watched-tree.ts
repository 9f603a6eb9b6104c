import { fstatSync, lstatSync } from 'node:fs';
import { createDescriptors } from './descriptors.ts';
import type { Descriptors } from './descriptors.ts';
import { openEntries } from './entry-reader.ts';
import type { EntryReader } from './entry-reader.ts';
import { openExportRoot } from './export-root.ts';
import { textOfName } from './raw-name.ts';
import type { RawName } from './raw-name.ts';
import { createWatchedDirectories } from './watched-directories.ts';
import type { WatchedDirectories, WatchedDirectory } from './watched-directories.ts';

/** What is watched, and who hears of it. */
export interface WatchedTreeOptions {
  /** The export, as a path of the host. */
  readonly path: string;
  /** Directories that are watched at most; those nearest to the export come first. */
  readonly maxDirectories: number;
  /** Lets the rest of the process have its turn when it is time. */
  readonly giveWay: () => Promise<void> | undefined;
  readonly onChange: () => void;
  /** The export itself is gone, or another directory has taken its place. */
  readonly onGone: () => void;
}

/** A tree of directories that the kernel tells of. */
export interface WatchedTree {
  close(): void;
}

interface Tree extends WatchedTreeOptions {
  readonly directories: WatchedDirectories;
  /** Watched, and not yet read for directories in them. */
  readonly unread: WatchedDirectory[];
  readonly inode: number;
  top: WatchedDirectory | undefined;
  isReading: boolean;
  /** Whether all directories that were there at first have been read. */
  isComplete: boolean;
}

/**
 * Watches the directories of an export, new ones included; `undefined` when the export is not there or cannot be watched.
 * Directories below that cannot be, as when the kernel has no watch left, are not, and nobody is told: nobody may rely on
 * hearing of changes.
 */
export function openWatchedTree(options: WatchedTreeOptions): WatchedTree | undefined {
  return quietly((descriptors) => {
    const root = openExportRoot(descriptors, options.path);
    if (root === undefined) return undefined;
    const directories = createWatchedDirectories(options.maxDirectories, (directory, name) =>
      onEvent(tree, directory, name),
    );
    const inode = fstatSync(root.descriptor).ino;
    const tree: Tree = {
      ...options,
      directories,
      unread: [],
      inode,
      top: undefined,
      isReading: false,
      isComplete: false,
    };
    const top = watchDirectory(tree, undefined, '', root.descriptor);
    if (top === undefined) return undefined;
    tree.top = top;
    void readDirectories(tree);
    return { close: () => directories.drop(top) };
  });
}

/** Runs `work` with descriptors of its own, and takes every failure for nothing to be had. */
function quietly<T>(work: (descriptors: Descriptors) => T | undefined): T | undefined {
  const descriptors = createDescriptors();
  try {
    return work(descriptors);
  } catch {
    return undefined;
  } finally {
    descriptors.closeAll();
  }
}

function watchDirectory(
  { directories, unread }: Tree,
  parent: WatchedDirectory | undefined,
  name: RawName,
  descriptor: number,
): WatchedDirectory | undefined {
  const directory = directories.add(parent, name, descriptor);
  if (directory !== undefined) unread.push(directory);
  return directory;
}

function onEvent(tree: Tree, directory: WatchedDirectory, name: RawName | undefined): void {
  tree.onChange();
  if (name === undefined || directory.isClosed) return;
  const known = directory.children.get(name);
  if (known !== undefined) tree.directories.drop(known);
  quietly((descriptors) => {
    const parent = openWatched(tree, descriptors, directory);
    return parent === undefined ? undefined : watchEntry(tree, directory, parent, name);
  });
  const isGone = directory === tree.top && quietly(() => lstatSync(tree.path).ino) !== tree.inode;
  if (isGone) tree.onGone();
  else void readDirectories(tree);
}

/** Opens a watched directory again, down from the export, following no link. */
function openWatched(tree: Tree, descriptors: Descriptors, directory: WatchedDirectory): number | undefined {
  if (directory.parent === undefined) return openExportRoot(descriptors, tree.path)?.descriptor;
  const parent = openWatched(tree, descriptors, directory.parent);
  return parent === undefined ? undefined : descriptors.openDirectoryIn(parent, directory.name);
}

/** Reads directories for others in them, the nearest to the export first, and watches those. */
async function readDirectories(tree: Tree): Promise<void> {
  if (tree.isReading) return;
  tree.isReading = true;
  for (let next = tree.unread.shift(); next !== undefined; next = tree.unread.shift()) {
    const hasMore = await readDirectory(tree, next);
    // What was written to a new directory before it was watched was told by nobody.
    if (hasMore && tree.isComplete && tree.top?.isClosed === false) tree.onChange();
  }
  tree.isReading = false;
  tree.isComplete = true;
}

/** Whether there were directories to watch. */
async function readDirectory(tree: Tree, directory: WatchedDirectory): Promise<boolean> {
  const descriptors = createDescriptors();
  let entries: EntryReader | undefined;
  let hasMore = false;
  const isOver = (): boolean => directory.isClosed || tree.directories.isFull();
  try {
    const descriptor = openWatched(tree, descriptors, directory);
    if (descriptor === undefined || isOver()) return false;
    entries = openEntries(descriptor);
    for (let entry = entries.next(); entry !== undefined && !isOver(); entry = entries.next()) {
      if (entry.kind === 'directory' && watchEntry(tree, directory, descriptor, entry.name)) hasMore = true;
      const pause = tree.giveWay();
      if (pause !== undefined) await pause;
    }
  } catch {
    return hasMore;
  } finally {
    entries?.close();
    descriptors.closeAll();
  }
  return hasMore;
}

function watchEntry(tree: Tree, directory: WatchedDirectory, parent: number, name: RawName): boolean {
  if (textOfName(name) === undefined) return false;
  const watched = quietly((descriptors) => {
    const found = descriptors.openDirectoryIn(parent, name);
    return found === undefined ? undefined : watchDirectory(tree, directory, name, found);
  });
  return watched !== undefined;
}
