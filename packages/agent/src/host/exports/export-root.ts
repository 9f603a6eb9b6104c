import { lstatSync, readlinkSync } from 'node:fs';
import { K4eError } from '@k4e/core';
import type { Descriptors } from './descriptors.ts';
import { descriptorPath } from './raw-name.ts';

/** The export of a workload, open: whatever happens to its path, this is the directory that is meant. */
export interface ExportRoot {
  readonly descriptor: number;
  /** Its real path, as the kernel names it. */
  readonly path: string;
}

/** Opens the export at `path`; `undefined` when there is none. Throws `STATE_UNREADABLE` for what is not a directory. */
export function openExportRoot(descriptors: Descriptors, path: string): ExportRoot | undefined {
  const descriptor = descriptors.openDirectory(path);
  if (descriptor !== undefined) return { descriptor, path: readlinkSync(descriptorPath(descriptor)) };
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
  throw new K4eError('STATE_UNREADABLE', { subject: path, message: 'is not a directory' });
}

/**
 * Whether what is open as `descriptor` lies within the export: asked of the kernel, after it was opened. Nothing is read
 * of anything before this was true of it.
 */
export function isWithinExport(root: ExportRoot, descriptor: number): boolean {
  const path = readlinkSync(descriptorPath(descriptor));
  return path === root.path || path.startsWith(`${root.path}/`);
}
