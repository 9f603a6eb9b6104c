import { randomUUID } from 'node:crypto';
import { K4eError, errorCode } from '@k4e/core';
import type { CallOptions, Clock } from '@k4e/core/ports';
import type { Resource, ResourceKind, ResourceRef } from '@k4e/core/resources';
import { resourceKey } from '@k4e/core/resources';
import { shapeOf } from './apply/index.ts';
import type { Shape } from './apply/index.ts';
import {
  createCommitQueue,
  createResourceTable,
  kindKey,
  openDatabase,
  translateSqliteError,
} from './database/index.ts';
import type { ResourceTable } from './database/index.ts';
import { createCommitBell, createHistoryTable } from './history/index.ts';
import type { CommitBell, HistoryLimits, HistoryTable } from './history/index.ts';
import { persistChange, prepareChange } from './persist-change.ts';
import type { PlannedChange } from './persist-change.ts';
import type { Change, Stored, Target, WriteContext } from './write/index.ts';

/** Decides what a write comes to, from the resource as it is. */
export type Plan<T extends Resource, Planned extends Change<T> | undefined = Change<T>> = (
  target: Target<T>,
  live: Stored<T> | undefined,
  context: WriteContext,
) => Planned;

/** The open database: reads, watches' history, and writes that are decided inside the transaction that makes them. */
export interface Engine {
  readonly resources: ResourceTable;
  readonly history: HistoryTable;
  readonly bell: CommitBell;
  /** Resolves when the change is on the disk; a plan that gives `undefined` writes nothing. */
  readonly write: <T extends Resource, Planned extends Change<T> | undefined>(
    kind: ResourceKind<T>,
    ref: ResourceRef,
    plan: Plan<T, Planned>,
    options: CallOptions,
  ) => Promise<Planned>;
  /** Runs a read; errors of SQLite become ours. */
  readonly read: <Result>(work: () => Result, options: CallOptions) => Promise<Result>;
  readonly close: () => void;
}

function throwIfAborted({ signal }: CallOptions): void {
  if (signal?.aborted) throw new K4eError('ABORTED', { retry: 'never' });
}

/** `error` with the resource as its subject; errors that speak of something else stay. */
function named(error: unknown, kind: string, ref: ResourceRef): unknown {
  if (errorCode(error) === undefined || !(error instanceof K4eError)) return error;
  const { subject, message, code, retry } = error;
  if (subject !== undefined && subject !== kind) return error;
  const words = subject === undefined ? message : message.slice(subject.length + ': '.length);
  return new K4eError(code, { subject: `${kind} ${resourceKey(ref)}`, message: words, retry, cause: error });
}

function createShapes(): (kind: ResourceKind<Resource>) => Shape {
  const shapes = new Map<string, Shape>();
  return (kind) => {
    const shape = shapes.get(kindKey(kind)) ?? shapeOf(kind.listMapKeys);
    shapes.set(kindKey(kind), shape);
    return shape;
  };
}

type Decide = <T extends Resource, Planned extends Change<T> | undefined>(
  kind: ResourceKind<T>,
  ref: ResourceRef,
  plan: Plan<T, Planned>,
) => PlannedChange<T, Planned>;

function createDecide(resources: ResourceTable, history: HistoryTable, clock: Clock): Decide {
  const shapeFor = createShapes();
  return (kind, ref, plan) => {
    const live = resources.get(kind, ref);
    const context = { nowMs: clock.nowMs(), resourceVersion: String(history.version() + 1), newUid: randomUUID };
    try {
      return prepareChange(plan({ kind, ref, shape: shapeFor(kind) }, live, context), live);
    } catch (error) {
      throw named(error, kind.kind, ref);
    }
  };
}

/** Opens the database at `file`. Throws as `openDatabase` does. */
export function openEngine({ file, clock, limits }: { file: string; clock: Clock; limits: HistoryLimits }): Engine {
  const db = openDatabase(file);
  const resources = createResourceTable(db);
  const history = createHistoryTable(db, limits);
  const bell = createCommitBell();
  const decide = createDecide(resources, history, clock);
  const queue = createCommitQueue({
    db,
    file,
    beforeCommit: () => history.settle(),
    afterCommit: () => bell.ring(),
    afterRollback: () => history.reload(),
  });
  return {
    resources,
    history,
    bell,
    async write(kind, ref, plan, options) {
      throwIfAborted(options);
      const { change } = await queue.submit({
        plan: () => {
          throwIfAborted(options);
          return decide(kind, ref, plan);
        },
        persist: (planned) => persistChange(kind, planned, { resources, history, nowMs: clock.nowMs() }),
      });
      return change;
    },
    read: (work, options) =>
      new Promise((resolve) => {
        throwIfAborted(options);
        if (bell.isClosed()) {
          throw new K4eError('STORE_UNAVAILABLE', { subject: file, message: 'the store is closed' });
        }
        try {
          resolve(work());
        } catch (error) {
          throw translateSqliteError(error, file);
        }
      }),
    close() {
      if (bell.isClosed()) return;
      queue.close();
      bell.close();
      db.close();
    },
  };
}
