import { MAX_REGISTERED_WORKERS } from '@k4e/core/ports';
import type { Logger, RegisteredWorker } from '@k4e/core/ports';
import type { WorkerConnection } from './worker-connection.ts';

/** What a registry works with. `connect` begins to dial a worker; it may tell at once that it is lost. */
export interface WorkerRegistryParts {
  readonly logger: Logger;
  readonly connect: (worker: RegisteredWorker, onLost: (cause: string) => void) => WorkerConnection;
  readonly onChange: () => void;
}

/** Who is registered. Each handler has one worker. */
export interface WorkerRegistry {
  /** The connection that is dialled; `undefined` when there was no room, or the handler is taken. */
  add(worker: RegisteredWorker): WorkerConnection | undefined;
  list(): readonly RegisteredWorker[];
  connectionOf(handler: string): WorkerConnection | undefined;
  /** A process has ended. */
  release(pid: number): void;
  /** Everybody goes. */
  clear(cause: string): void;
}

interface Entry {
  readonly worker: RegisteredWorker;
  readonly connection: WorkerConnection;
}

/** Creates an empty registry. */
export function createWorkerRegistry({ logger, connect, onChange }: WorkerRegistryParts): WorkerRegistry {
  const entries = new Map<string, Entry>();
  const remove = ({ handler, registrationId, pid }: RegisteredWorker, cause: string): void => {
    const entry = entries.get(handler);
    if (entry?.worker.registrationId !== registrationId) return;
    entries.delete(handler);
    entry.connection.retire(cause);
    logger.info('a worker is gone', { handler, pid, cause });
    onChange();
  };
  return {
    add(worker) {
      const { handler, pid } = worker;
      const holder = entries.get(handler);
      if (holder?.connection.isReachable() === false) remove(holder.worker, 'it does not listen, and has a successor');
      const refusal = entries.has(handler)
        ? 'its handler is taken'
        : entries.size >= MAX_REGISTERED_WORKERS && 'there are too many';
      if (refusal !== false) {
        logger.warn('a worker was refused', { handler, pid, cause: refusal });
        return undefined;
      }
      const connection = connect(worker, (cause) => remove(worker, cause));
      entries.set(handler, { worker, connection });
      logger.info('a worker has registered', { handler, pid, features: worker.features });
      onChange();
      return connection;
    },
    list: () => [...entries.values()].map(({ worker }) => worker).sort((a, b) => (a.handler < b.handler ? -1 : 1)),
    connectionOf: (handler) => entries.get(handler)?.connection,
    release(pid) {
      if (pid <= 0) return;
      for (const { worker } of [...entries.values()]) if (worker.pid === pid) remove(worker, 'its process has ended');
    },
    clear(cause) {
      for (const { worker, connection } of [...entries.values()]) {
        connection.close(cause);
        remove(worker, cause);
      }
    },
  };
}
