import { lstatSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { errorText } from '@k4e/core';
import { MAX_EXPORT_PATH_BYTES, MAX_WALK_DEPTH } from '@k4e/core/ports';
import { createDescriptors } from './descriptors.ts';
import { openEntries } from './entry-reader.ts';
import type { Entry } from './entry-reader.ts';
import { isWithinExport } from './export-root.ts';
import { followNames } from './follow-names.ts';
import type { Followed } from './follow-names.ts';
import { escapeName, pathWithin, textOfName } from './raw-name.ts';
import { isExhausted } from './system-error.ts';
import type { WalkCollector } from './walk-batch.ts';
import type { WalkState, WalkedDirectory } from './walk-state.ts';

/** Most bytes of UTF-8 that a UTF-16 code unit takes. */
const MAX_UNIT_BYTES = 3;

/** Looks at one entry of the directory that the walk is in: collects it, refuses it or goes into it. */
export function visitEntry(walk: WalkState, directory: WalkedDirectory, entry: Entry): void {
  const text = textOfName(entry.name);
  const path = joinPath(directory.path, text ?? escapeName(entry.name));
  if (text === undefined) return walk.collector.refuse(path, 'the name is not UTF-8');
  if (isTooLong(path)) return walk.collector.refuse(path, `the path is longer than ${MAX_EXPORT_PATH_BYTES} bytes`);
  try {
    lookAt(walk, directory, entry, path);
  } catch (error) {
    if (isExhausted(error)) throw error;
    walk.collector.refuse(path, `cannot be read: ${errorText(error)}`);
  }
}

/** Collects or refuses what names led to; directories are none of its business. */
export function collectFollowed({ collector }: Pick<WalkState, 'collector'>, path: string, followed: Followed): void {
  if (followed.kind === 'refused') collector.refuse(path, followed.reason);
  if (followed.kind === 'place') collectPlace(collector, path, followed.stats);
}

function joinPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

function isTooLong(path: string): boolean {
  return path.length * MAX_UNIT_BYTES > MAX_EXPORT_PATH_BYTES && Buffer.byteLength(path) > MAX_EXPORT_PATH_BYTES;
}

function lookAt(walk: WalkState, directory: WalkedDirectory, entry: Entry, path: string): void {
  if (entry.kind === 'directory') return enter(walk, directory, entry, path);
  if (entry.kind === 'link') return followLink(walk, entry, path);
  const stats = lstatSync(pathWithin(directory.descriptor, entry.name), { throwIfNoEntry: false });
  // A directory or a link is not what was listed: it came just now, and the next walk sees it.
  if (stats === undefined || stats.isDirectory() || stats.isSymbolicLink()) return;
  collectPlace(walk.collector, path, stats);
}

function collectPlace(collector: WalkCollector, path: string, stats: Stats): void {
  if (stats.isFile()) return collector.file(path, stats);
  if (stats.isFIFO()) return collector.refuse(path, 'is a pipe');
  collector.refuse(path, stats.isSocket() ? 'is a socket' : 'is a device');
}

function enter(walk: WalkState, directory: WalkedDirectory, entry: Entry, path: string): void {
  const { collector, descriptors, directories, root } = walk;
  if (directories.length >= MAX_WALK_DEPTH) {
    if (!walk.isDepthTold) collector.refuse(path, `more than ${MAX_WALK_DEPTH} directories are within each other`);
    walk.isDepthTold = true;
    return;
  }
  const descriptor = descriptors.openDirectoryIn(directory.descriptor, entry.name);
  if (descriptor === undefined) return;
  try {
    if (isWithinExport(root, descriptor)) {
      directories.push({ descriptor, entries: openEntries(descriptor), path });
      return;
    }
    collector.refuse(path, 'is outside of the export');
  } catch (error) {
    descriptors.close(descriptor);
    throw error;
  }
  descriptors.close(descriptor);
}

function followLink(walk: WalkState, entry: Entry, path: string): void {
  const descriptors = createDescriptors();
  const below = walk.directories.slice(1).map(({ descriptor }) => descriptor);
  const start = { root: walk.root, trail: [...walk.sourceTrail, ...below], onName: () => (walk.lookedAt += 1) };
  try {
    collectFollowed(walk, path, followNames(descriptors, start, [entry.name]));
  } finally {
    descriptors.closeAll();
  }
}
