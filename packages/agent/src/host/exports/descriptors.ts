import { closeSync, constants, openSync } from 'node:fs';
import { pathWithin } from './raw-name.ts';
import type { RawName } from './raw-name.ts';
import { isGone } from './system-error.ts';

/**
 * Opens a place in the file system, not what is there: no device is touched, no pipe waited at, nothing can be read.
 * Node has no name for it; the value is the same on every architecture that Node runs on.
 */
const O_PATH = 0o10_000_000;

const PLACE = O_PATH | constants.O_NOFOLLOW;
const DIRECTORY_PLACE = PLACE | constants.O_DIRECTORY;

/** Descriptors that are open for one piece of work, and closed with it. All are places: nothing can be read by them. */
export interface Descriptors {
  /** The directory at a path of the host, whose last name is not followed when it is a link. `undefined` when there is none. */
  openDirectory(path: string): number | undefined;
  /** The directory `name` in `parent`; links are not followed. `undefined` when there is none. */
  openDirectoryIn(parent: number, name: RawName): number | undefined;
  /** Whatever is called `name` in `parent`; links are not followed. `undefined` when there is nothing. */
  openPlaceIn(parent: number, name: RawName): number | undefined;
  close(descriptor: number): void;
  closeAll(): void;
}

/** Creates a set without any. Every call throws what the system says, except that something is not there. */
export function createDescriptors(): Descriptors {
  const open = new Set<number>();
  const tryOpen = (path: string | Buffer, flags: number): number | undefined => {
    try {
      const descriptor = openSync(path, flags);
      open.add(descriptor);
      return descriptor;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  };
  const close = (descriptor: number): void => {
    if (open.delete(descriptor)) closeSync(descriptor);
  };
  return {
    openDirectory: (path) => tryOpen(path, DIRECTORY_PLACE),
    openDirectoryIn: (parent, name) => tryOpen(pathWithin(parent, name), DIRECTORY_PLACE),
    openPlaceIn: (parent, name) => tryOpen(pathWithin(parent, name), PLACE),
    close,
    closeAll: () => open.forEach(close),
  };
}
