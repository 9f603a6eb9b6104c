import type { DatabaseSync } from 'node:sqlite';
import type { Resource, ResourceKind, ResourceRef } from '@k4e/core/resources';
import type { LabelPredicate } from '../admission/index.ts';
import type { Stored } from '../write/index.ts';
import { kindKey, readBody, readLabels, readOwners } from './resource-body.ts';
import { textOf } from './row.ts';

/** Which resources of a kind to list. */
export interface TableScope {
  readonly namespace: string | undefined;
  readonly matches: LabelPredicate;
}

/** The resources as they are now. */
export interface ResourceTable {
  get<T extends Resource>(kind: ResourceKind<T>, ref: ResourceRef): Stored<T> | undefined;
  list<T extends Resource>(kind: ResourceKind<T>, scope: TableScope): readonly T[];
  /** `body` is the text of the resource. */
  put(kind: ResourceKind<Resource>, stored: Stored<Resource>, body: string, nowMs: number): void;
  remove(kind: ResourceKind<Resource>, ref: ResourceRef): void;
  /** Names of resources that were last written before `writtenBeforeMs`, oldest first, `limit` at most. */
  olderThan(
    kind: Pick<ResourceKind<Resource>, 'group' | 'plural'>,
    writtenBeforeMs: number,
    limit: number,
  ): readonly ResourceRef[];
}

/** The table of `db`. */
export function createResourceTable(db: DatabaseSync): ResourceTable {
  const selectOne = db.prepare('SELECT body, owners FROM resources WHERE kind = ? AND namespace = ? AND name = ?');
  const selectAll = db.prepare('SELECT labels, body FROM resources WHERE kind = ? ORDER BY namespace, name');
  const selectNamespace = db.prepare(
    'SELECT labels, body FROM resources WHERE kind = ? AND namespace = ? ORDER BY name',
  );
  const upsert = db.prepare(
    `INSERT INTO resources (kind, namespace, name, labels, body, owners, written_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET labels = excluded.labels, body = excluded.body, owners = excluded.owners, written_ms = excluded.written_ms`,
  );
  const remove = db.prepare('DELETE FROM resources WHERE kind = ? AND namespace = ? AND name = ?');
  const selectOld = db.prepare(
    'SELECT namespace, name FROM resources WHERE kind = ? AND written_ms < ? ORDER BY written_ms LIMIT ?',
  );
  return {
    get<T extends Resource>(kind: ResourceKind<T>, ref: ResourceRef) {
      const row = selectOne.get(kindKey(kind), ref.namespace, ref.name);
      return row && { resource: readBody<T>(textOf(row, 'body')), owners: readOwners(textOf(row, 'owners')) };
    },
    list<T extends Resource>(kind: ResourceKind<T>, { namespace, matches }: TableScope) {
      const rows =
        namespace === undefined ? selectAll.iterate(kindKey(kind)) : selectNamespace.iterate(kindKey(kind), namespace);
      const items: T[] = [];
      for (const row of rows)
        if (matches(readLabels(textOf(row, 'labels')))) items.push(readBody<T>(textOf(row, 'body')));
      return items;
    },
    put(kind, { resource, owners }, body, nowMs) {
      const { namespace, name, labels = {} } = resource.metadata;
      upsert.run(kindKey(kind), namespace, name, JSON.stringify(labels), body, JSON.stringify(owners), nowMs);
    },
    remove: (kind, ref) => void remove.run(kindKey(kind), ref.namespace, ref.name),
    olderThan: (kind, writtenBeforeMs, limit) =>
      selectOld
        .all(kindKey(kind), writtenBeforeMs, limit)
        .map((row) => ({ namespace: textOf(row, 'namespace'), name: textOf(row, 'name') })),
  };
}
