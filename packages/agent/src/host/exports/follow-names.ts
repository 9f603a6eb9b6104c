import { fstatSync, readlinkSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { systemCode } from '@k4e/core';
import { MAX_EXPORT_LINKS } from '@k4e/core/ports';
import { EXPORT_MOUNT_PATH } from '@k4e/core/resources';
import type { Descriptors } from './descriptors.ts';
import { isWithinExport } from './export-root.ts';
import type { ExportRoot } from './export-root.ts';
import { RAW_NAME, pathWithin } from './raw-name.ts';
import type { RawName } from './raw-name.ts';
import { isGone } from './system-error.ts';

/** Most names on the way to one file, those in links counted. */
export const MAX_FOLLOWED_NAMES = 1_024;

/**
 * What names lead to: a file or something else that is no directory, open as a place; a directory, with all those from
 * the export down to it; nothing; or out of the export, or too far.
 */
export type Followed =
  | { readonly kind: 'place'; readonly descriptor: number; readonly stats: Stats }
  | { readonly kind: 'directory'; readonly trail: readonly number[] }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'nothing' };

/** Where following begins: the export, and the directories from it down to the one that the names are in. */
export interface Start {
  readonly root: ExportRoot;
  readonly trail: readonly number[];
  /** Called for each name that is followed. */
  readonly onName?: () => void;
}

const NOTHING: Followed = { kind: 'nothing' };
const OUTSIDE: Followed = { kind: 'refused', reason: 'leads out of the export' };
const TOO_MANY_LINKS: Followed = { kind: 'refused', reason: `leads through more than ${MAX_EXPORT_LINKS} links` };
const TOO_LONG: Followed = { kind: 'refused', reason: `leads through more than ${MAX_FOLLOWED_NAMES} names` };

/** Where one that follows names is, and what is still to be followed, the next name last. */
interface Journey {
  at: number[];
  readonly todo: RawName[];
  links: number;
}

/**
 * Goes along `names` as a container would, links included, one name at a time: each is opened in the directory before it
 * without following it, so the kernel follows no link of a workload, ever, and `..` never leaves the export.
 * What it opens is in `descriptors`, for the caller to close.
 */
export function followNames(descriptors: Descriptors, start: Start, names: readonly RawName[]): Followed {
  const { root, trail, onName } = start;
  const journey: Journey = { at: [...trail], todo: names.toReversed(), links: 0 };
  for (let count = 0; count < MAX_FOLLOWED_NAMES; count++) {
    const name = journey.todo.pop();
    if (name === undefined) return { kind: 'directory', trail: journey.at };
    onName?.();
    if (name === '' || name === '.') continue;
    const end = name === '..' ? goUp(journey) : goTo(descriptors, root, journey, name);
    if (end !== undefined) return end;
  }
  return TOO_LONG;
}

function goUp({ at }: Journey): Followed | undefined {
  if (at.length <= 1) return OUTSIDE;
  at.pop();
  return undefined;
}

function goTo(descriptors: Descriptors, root: ExportRoot, journey: Journey, name: RawName): Followed | undefined {
  const parent = journey.at.at(-1) ?? root.descriptor;
  const descriptor = descriptors.openPlaceIn(parent, name);
  if (descriptor === undefined) return NOTHING;
  const stats = fstatSync(descriptor);
  if (stats.isDirectory()) {
    journey.at.push(descriptor);
    return undefined;
  }
  if (!stats.isSymbolicLink()) {
    if (journey.todo.length > 0) return NOTHING;
    return isWithinExport(root, descriptor) ? { kind: 'place', descriptor, stats } : OUTSIDE;
  }
  descriptors.close(descriptor);
  if (++journey.links > MAX_EXPORT_LINKS) return TOO_MANY_LINKS;
  const target = targetOf(parent, name);
  return target === undefined ? NOTHING : turnTo(root, journey, target);
}

function turnTo(root: ExportRoot, journey: Journey, target: RawName): Followed | undefined {
  const isAbsolute = target.startsWith('/');
  const names = isAbsolute ? namesBelowExport(target) : target.split('/');
  if (names === undefined) return OUTSIDE;
  if (isAbsolute) journey.at = [root.descriptor];
  journey.todo.push(...names.toReversed());
  return undefined;
}

/** Where a link leads; `undefined` when it is none any more. */
function targetOf(parent: number, name: RawName): RawName | undefined {
  try {
    return readlinkSync(pathWithin(parent, name), RAW_NAME);
  } catch (error) {
    if (isGone(error) || systemCode(error) === 'EINVAL') return undefined;
    throw error;
  }
}

/** Absolute targets mean what they mean in the container, where the export is mounted at `/export`. */
function namesBelowExport(target: RawName): readonly RawName[] | undefined {
  if (target !== EXPORT_MOUNT_PATH && !target.startsWith(`${EXPORT_MOUNT_PATH}/`)) return undefined;
  return target.slice(EXPORT_MOUNT_PATH.length).split('/');
}
