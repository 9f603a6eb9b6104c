import { jsonEqual } from '@k4e/core';
import type { Resource, ResourceKind } from '@k4e/core/resources';
import type { ResourceTable } from './database/index.ts';
import { kindKey, writeBody } from './database/index.ts';
import type { HistoryTable } from './history/index.ts';
import type { Change, Stored } from './write/index.ts';

/** A change, what was there before, and the text of the resource in it. */
export interface PlannedChange<T extends Resource, Planned extends Change<T> | undefined> {
  readonly change: Planned;
  readonly live: Stored<T> | undefined;
  readonly body: string;
}

/** Gets a change ready to be written. Throws `TOO_LARGE`. */
export function prepareChange<T extends Resource, Planned extends Change<T> | undefined>(
  change: Planned,
  live: Stored<T> | undefined,
): PlannedChange<T, Planned> {
  return { change, live, body: change === undefined || change.type === 'none' ? '' : writeBody(change.resource) };
}

/** Writes a change into both tables, inside the transaction that the caller holds. */
export function persistChange<T extends Resource>(
  kind: ResourceKind<T>,
  { change, live, body }: PlannedChange<T, Change<T> | undefined>,
  tables: { readonly resources: ResourceTable; readonly history: HistoryTable; readonly nowMs: number },
): void {
  if (change === undefined || change.type === 'none') return;
  const { resource, type } = change;
  if (change.type === 'deleted') tables.resources.remove(kind, resource.metadata);
  else tables.resources.put(kind, change, body, tables.nowMs);
  const relabelled =
    live !== undefined && type === 'modified' && !jsonEqual(live.resource.metadata.labels, resource.metadata.labels);
  tables.history.append(
    { kind: kindKey(kind), namespace: resource.metadata.namespace },
    { version: tables.history.version() + 1, type, body, previous: relabelled ? writeBody(live.resource) : undefined },
  );
}
