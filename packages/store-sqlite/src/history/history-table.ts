import type { DatabaseSync } from 'node:sqlite';
import { integerOf, textOf } from '../database/index.ts';

/** How much history a store keeps for watches to resume from: whatever is reached first. */
export interface HistoryLimits {
  readonly maxChanges: number;
  readonly maxBytes: number;
}

/** Limits of a store that is not told otherwise. */
export const DEFAULT_HISTORY_LIMITS: HistoryLimits = { maxChanges: 10_000, maxBytes: 64 * 1_024 * 1_024 };

/** One change, with the resources in it as text. */
export interface HistoryEntry {
  readonly version: number;
  readonly type: 'added' | 'modified' | 'deleted';
  /** The resource after the change; the last state of a deleted one. */
  readonly body: string;
  /** The resource before a change of its labels: a watch with a selector needs it. */
  readonly previous: string | undefined;
}

/** Which changes to read. */
export interface HistoryScope {
  readonly kind: string;
  readonly namespace: string | undefined;
}

/** The changes, newest kept, oldest dropped beyond the limits. */
export interface HistoryTable {
  /** The last version that was given. */
  version(): number;
  /** Every change after this version is still here. */
  compacted(): number;
  append(scope: { readonly kind: string; readonly namespace: string }, entry: HistoryEntry): void;
  /** Changes after a version, oldest first, `limit` at most. */
  after(scope: HistoryScope, version: number, limit: number): readonly HistoryEntry[];
  /** Writes the counters and drops what is beyond the limits; part of the transaction that appended. */
  settle(): void;
  /** Reads the counters again, after a transaction was rolled back. */
  reload(): void;
}

function counters(db: DatabaseSync) {
  const { version, compacted } = db.prepare('SELECT version, compacted FROM counter').get() ?? {};
  const sums = db.prepare('SELECT count(*) AS changes, coalesce(sum(bytes), 0) AS bytes FROM history').get();
  return {
    version: integerOf({ version: version ?? null }, 'version'),
    compacted: integerOf({ compacted: compacted ?? null }, 'compacted'),
    changes: integerOf(sums, 'changes'),
    bytes: integerOf(sums, 'bytes'),
  };
}

/** The history of `db`. Throws `STATE_CORRUPT` when its counters are not readable. */
export function createHistoryTable(db: DatabaseSync, limits: HistoryLimits): HistoryTable {
  let now = counters(db);
  let saved = now.version;
  const insert = db.prepare(
    'INSERT INTO history (version, kind, namespace, type, body, previous, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const page = db.prepare(
    `SELECT version, type, body, previous FROM history
     WHERE kind = ?1 AND version > ?2 AND (?3 IS NULL OR namespace = ?3) ORDER BY version LIMIT ?4`,
  );
  const dropOldest = db.prepare(
    'DELETE FROM history WHERE version = (SELECT min(version) FROM history) RETURNING version, bytes',
  );
  const saveCounters = db.prepare('UPDATE counter SET version = ?, compacted = ?');
  return {
    version: () => now.version,
    compacted: () => now.compacted,
    append({ kind, namespace }, { version, type, body, previous }) {
      const bytes = Buffer.byteLength(body) + Buffer.byteLength(previous ?? '');
      insert.run(version, kind, namespace, type, body, previous ?? null, bytes);
      now = { ...now, version, changes: now.changes + 1, bytes: now.bytes + bytes };
    },
    after: (scope, version, limit) =>
      page.all(scope.kind, version, scope.namespace ?? null, limit).map((row) => ({
        version: integerOf(row, 'version'),
        type: typeOf(textOf(row, 'type')),
        body: textOf(row, 'body'),
        previous: row.previous === null ? undefined : textOf(row, 'previous'),
      })),
    settle() {
      while (now.changes > 1 && (now.changes > limits.maxChanges || now.bytes > limits.maxBytes)) {
        const dropped = dropOldest.get();
        now = {
          ...now,
          compacted: integerOf(dropped, 'version'),
          changes: now.changes - 1,
          bytes: now.bytes - integerOf(dropped, 'bytes'),
        };
      }
      if (now.version === saved) return;
      saveCounters.run(now.version, now.compacted);
      saved = now.version;
    },
    reload() {
      now = counters(db);
      saved = now.version;
    },
  };
}

function typeOf(text: string): HistoryEntry['type'] {
  return text === 'added' || text === 'deleted' ? text : 'modified';
}
