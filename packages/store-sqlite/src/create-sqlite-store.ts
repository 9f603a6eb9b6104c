import { K4eError } from '@k4e/core';
import type { Clock, Logger, ResourceStore } from '@k4e/core/ports';
import { EVENT } from '@k4e/core/resources';
import { parseLabelSelector } from './admission/index.ts';
import { kindKey } from './database/index.ts';
import { openEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { DEFAULT_HISTORY_LIMITS, watchHistory } from './history/index.ts';
import type { HistoryLimits } from './history/index.ts';
import { RETENTION_MAX_DELETES, startRetention } from './retention.ts';
import { planApply, planCreate, planDelete } from './write/index.ts';

/** Milliseconds of quiet after which a watch gets a bookmark. */
export const BOOKMARK_INTERVAL_MS = 60_000;

/** What a store is made of. */
export interface SqliteStoreOptions {
  /** Path of the database; made when it is not there. `:memory:` for one that is gone with the process. */
  readonly file: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** How much history watches can resume from. Default `DEFAULT_HISTORY_LIMITS`. */
  readonly historyLimits?: HistoryLimits;
  /** Default `BOOKMARK_INTERVAL_MS`. */
  readonly bookmarkIntervalMs?: number;
}

/** A resource store in one file, for one process. */
export interface SqliteStore extends ResourceStore {
  /** Commits what waits, ends the watches, and lets go of the file. Idempotent. */
  close(): Promise<void>;
}

function createReads(
  { resources, history, read, bell }: Engine,
  clock: Clock,
  bookmarkIntervalMs: number,
): Pick<ResourceStore, 'get' | 'list' | 'watch'> {
  return {
    get: (kind, ref, options = {}) => read(() => resources.get(kind, ref)?.resource, options),
    list: (kind, { namespace, labelSelector }, options = {}) => {
      const list = () => ({
        items: resources.list(kind, { namespace, matches: parseLabelSelector(labelSelector) }),
        resourceVersion: String(history.version()),
      });
      return read(list, options);
    },
    watch: (kind, { namespace, labelSelector }, { resourceVersion, signal }) =>
      watchHistory(
        { history, bell, clock, bookmarkIntervalMs },
        { kind: kindKey(kind), namespace, labelSelector, resourceVersion, signal },
      ),
  };
}

function createWrites({ write }: Engine): Pick<ResourceStore, 'create' | 'apply' | 'delete'> {
  return {
    create: async (kind, resource, options = {}) => {
      const change = await write(
        kind,
        resource.metadata,
        (target, live, context) => {
          if (live !== undefined) throw new K4eError('ALREADY_EXISTS', { retry: 'never' });
          return planCreate(target, resource, context);
        },
        options,
      );
      return change.resource;
    },
    apply: async (kind, resource, options) => {
      const { owner, force = false, subresource } = options;
      const { uid, resourceVersion } = resource.metadata;
      const request = { owner, force, half: subresource ?? 'main', uid, resourceVersion } as const;
      const change = await write(
        kind,
        resource.metadata,
        (target, live, context) => planApply(target, live, resource, request, context),
        options,
      );
      return change.type === 'deleted' ? change.answer : change.resource;
    },
    delete: async (kind, ref, options = {}) => {
      const change = await write(
        kind,
        ref,
        (_target, live, context) => live && planDelete(live, options.uid, context),
        options,
      );
      return change !== undefined;
    },
  };
}

async function pruneEvents({ resources, write, read }: Engine, writtenBeforeMs: number): Promise<void> {
  const old = await read(() => resources.olderThan(EVENT, writtenBeforeMs, RETENTION_MAX_DELETES), {});
  await Promise.all(
    old.map((ref) => write(EVENT, ref, (_target, live, context) => live && planDelete(live, undefined, context), {})),
  );
}

/**
 * Opens the store in `file`, durable and with the semantics of the Kubernetes API: what a call has acknowledged is on
 * the disk. Throws `STATE_CORRUPT` for a damaged file, `CONFIG_INVALID` for one of something else or of a newer k4e, and
 * `STORE_UNAVAILABLE` when another process has it open.
 */
export function createSqliteStore(options: SqliteStoreOptions): SqliteStore {
  const { file, clock, logger } = options;
  const engine = openEngine({ file, clock, limits: options.historyLimits ?? DEFAULT_HISTORY_LIMITS });
  const stopRetention = startRetention(clock, logger, (writtenBeforeMs) => pruneEvents(engine, writtenBeforeMs));
  return {
    ...createReads(engine, clock, options.bookmarkIntervalMs ?? BOOKMARK_INTERVAL_MS),
    ...createWrites(engine),
    close() {
      stopRetention();
      engine.close();
      return Promise.resolve();
    },
  };
}
