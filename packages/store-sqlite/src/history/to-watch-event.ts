import type { WatchEvent } from '@k4e/core/ports';
import type { Resource } from '@k4e/core/resources';
import type { LabelPredicate } from '../admission/index.ts';
import { readBody } from '../database/index.ts';
import { withVersion } from '../write/index.ts';
import type { HistoryEntry } from './history-table.ts';

/**
 * What a watch with a label selector sees of a change: a resource that starts to match is added, one that stops is
 * deleted, with the last state that matched. `undefined` for nothing.
 */
export function toWatchEvent<T extends Resource>(
  entry: HistoryEntry,
  matches: LabelPredicate,
): WatchEvent<T> | undefined {
  const resource = readBody<T>(entry.body);
  const isMatch = matches(resource.metadata.labels);
  if (entry.type !== 'modified') return isMatch ? { type: entry.type, resource } : undefined;
  const previous = entry.previous === undefined ? undefined : readBody<T>(entry.previous);
  const wasMatch = previous === undefined ? isMatch : matches(previous.metadata.labels);
  if (isMatch) return { type: wasMatch ? 'modified' : 'added', resource };
  if (!wasMatch || previous === undefined) return undefined;
  return { type: 'deleted', resource: withVersion(previous, String(entry.version)) };
}
