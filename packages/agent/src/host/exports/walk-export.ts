import { K4eError, errorText } from '@k4e/core';
import { MAX_WALK_ENTRIES } from '@k4e/core/ports';
import type { CallOptions, WalkBatch } from '@k4e/core/ports';
import { createDescriptors } from './descriptors.ts';
import type { Descriptors } from './descriptors.ts';
import { openEntries } from './entry-reader.ts';
import type { Entry } from './entry-reader.ts';
import { openExportRoot } from './export-root.ts';
import { followNames } from './follow-names.ts';
import { rawNameOf } from './raw-name.ts';
import { isExhausted, unreadable } from './system-error.ts';
import { collectFollowed, visitEntry } from './visit-entry.ts';
import { createWalkCollector } from './walk-batch.ts';
import { leaveDirectory } from './walk-state.ts';
import type { WalkState, WalkedDirectory } from './walk-state.ts';

/** What is walked. */
export interface WalkRequest extends CallOptions {
  /** The export, as a path of the host. */
  readonly directory: string;
  /** From the export to where the walk begins. */
  readonly names: readonly string[];
  /** Lets the rest of the process have its turn when it is time. */
  readonly giveWay: () => Promise<void> | undefined;
  /** Default `MAX_WALK_ENTRIES`. */
  readonly maxEntries?: number;
}

/**
 * Walks what `names` lead to, as `ExportFiles.walk` says. Looks at each entry synchronously: that is many times faster
 * than promises, and `giveWay` sees to it that nobody else waits for long.
 */
export async function* walkExport(request: WalkRequest): AsyncGenerator<WalkBatch, void> {
  const { directory, giveWay, signal, maxEntries = MAX_WALK_ENTRIES } = request;
  const collector = createWalkCollector();
  const descriptors = createDescriptors();
  let walk: WalkState | undefined;
  try {
    walk = beginWalk(request, descriptors, collector);
    while (walk !== undefined && stepOn(walk, maxEntries)) {
      if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
      const batch = collector.take();
      if (batch !== undefined) yield batch;
      const pause = giveWay();
      if (pause !== undefined) await pause;
    }
    const rest = collector.take(true);
    if (rest !== undefined) yield rest;
  } catch (error) {
    throw unreadable(directory, error);
  } finally {
    while (walk !== undefined && walk.directories.length > 0) leaveDirectory(walk);
    descriptors.closeAll();
  }
}

function beginWalk(
  { directory, names }: WalkRequest,
  descriptors: Descriptors,
  collector: WalkState['collector'],
): WalkState | undefined {
  const root = openExportRoot(descriptors, directory);
  if (root === undefined) return undefined;
  const source = names.join('/');
  const followed = followNames(descriptors, { root, trail: [root.descriptor] }, names.map(rawNameOf));
  collectFollowed({ collector }, source, followed);
  if (followed.kind !== 'directory') return undefined;
  const descriptor = followed.trail.at(-1) ?? root.descriptor;
  const directories = [{ descriptor, entries: openEntries(descriptor), path: source }];
  return {
    root,
    descriptors,
    collector,
    source,
    sourceTrail: followed.trail,
    directories,
    lookedAt: 0,
    isDepthTold: false,
  };
}

/** Looks at the next entry; `false` when there is none any more. */
function stepOn(walk: WalkState, maxEntries: number): boolean {
  const directory = walk.directories.at(-1);
  if (directory === undefined) return false;
  const entry = nextEntry(walk, directory);
  if (entry === undefined) leaveDirectory(walk);
  else if (walk.lookedAt++ < maxEntries) visitEntry(walk, directory, entry);
  else {
    walk.collector.refuse(walk.source, `more than ${maxEntries} entries are there`);
    while (walk.directories.length > 0) leaveDirectory(walk);
  }
  return true;
}

function nextEntry(walk: WalkState, directory: WalkedDirectory): Entry | undefined {
  try {
    return directory.entries.next();
  } catch (error) {
    if (isExhausted(error)) throw error;
    walk.collector.refuse(directory.path, `cannot be read to its end: ${errorText(error)}`);
    return undefined;
  }
}
