import { join } from 'node:path';
import type { Backoff } from '@k4e/core';
import { createDoorbell } from '@k4e/core/link';
import type { Doorbell } from '@k4e/core/link';
import type { Clock, Logger, WorkerHub } from '@k4e/core/ports';
import { endOrphans } from './end-orphans.ts';
import { superviseWorker } from './supervise-worker.ts';
import { watchDirectory } from './watch-directory.ts';
import { findWorkerFiles } from './worker-files.ts';
import type { WorkerFile } from './worker-files.ts';

/** Time that a worker has to end by itself, in milliseconds, unless told otherwise. */
export const DEFAULT_WORKER_GRACE_MS = 10_000;

/** What running workers takes. */
export interface WorkerProcessesOptions {
  /** Where workers are: files whose names end in `worker`. May be missing for a while. */
  readonly directory: string;
  /** Workers besides those of the directory; one of the same name there has to make way. Default: none. */
  readonly own?: readonly WorkerFile[];
  /** For the pid files, in `workers` below it; made when it is missing. */
  readonly runDirectory: string;
  /** The whole environment of a worker; see `workerEnvironment`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Hears of each worker process that has ended. */
  readonly hub: Pick<WorkerHub, 'release'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Numbers in [0, 1). */
  readonly random: () => number;
  /** Default `DEFAULT_WORKER_GRACE_MS`. */
  readonly graceMs?: number;
  /** Waits before a worker is started again. Default `RESTART_BACKOFF`. */
  readonly backoff?: Backoff;
}

/** The worker processes of a gateway. */
export interface WorkerProcesses {
  /**
   * Ends what an earlier gateway has left; then starts, restarts and ends workers as their files come and go, until `signal`
   * fires; then ends them all. To be called when workers can register, and by one process at a time for a run directory.
   * Never rejects.
   */
  run(options: { readonly signal: AbortSignal }): Promise<void>;
}

/** Creates the processes; nothing happens before the calls. */
export function createWorkerProcesses(options: WorkerProcessesOptions): WorkerProcesses {
  const { clock, logger, graceMs = DEFAULT_WORKER_GRACE_MS } = options;
  return {
    async run(running) {
      await endOrphans({ pidDirectory: pidDirectoryOf(options), clock, logger, graceMs });
      await new RunningWorkers(options).run(running);
    },
  };
}

const pidDirectoryOf = ({ runDirectory }: WorkerProcessesOptions): string => join(runDirectory, 'workers');

interface Running {
  readonly version: string;
  readonly stop: AbortController;
  readonly done: Promise<void>;
}

/** The workers that run now, by name; brought in line with the directory again and again. */
class RunningWorkers {
  readonly #options: WorkerProcessesOptions;
  readonly #workers = new Map<string, Running>();
  readonly #bell: Doorbell;
  #objections: ReadonlySet<string> = new Set();

  constructor(options: WorkerProcessesOptions) {
    this.#options = options;
    this.#bell = createDoorbell(options.clock);
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    const { directory, clock } = this.#options;
    const look = (): Promise<void> => this.#look(signal);
    await watchDirectory({ directory, clock, bell: this.#bell, look }, { signal });
    const workers = [...this.#workers.values()];
    for (const { stop } of workers) stop.abort();
    await Promise.all(workers.map(({ done }) => done));
  }

  async #look(signal: AbortSignal): Promise<void> {
    const { directory, own = [], logger } = this.#options;
    const found = await findWorkerFiles(directory);
    if (signal.aborted) return;
    if (found === undefined) logger.warn('the directory of workers cannot be read', { directory });
    else this.#complain(found.objections);
    const isOwn = (name: string): boolean => own.some((worker) => worker.name === name);
    const files = [...own, ...(found?.files ?? []).filter(({ name }) => !isOwn(name))];
    for (const file of files) if (!this.#workers.has(file.name)) this.#start(file);
    if (found === undefined) return;
    const versions = new Map(files.map(({ name, version }) => [name, version]));
    for (const [name, { version, stop }] of this.#workers) if (versions.get(name) !== version) stop.abort();
  }

  #start(file: WorkerFile): void {
    const { graceMs = DEFAULT_WORKER_GRACE_MS, ...options } = this.#options;
    const stop = new AbortController();
    const parts = { ...options, graceMs, pidDirectory: pidDirectoryOf(this.#options) };
    const done = superviseWorker(file, parts, { signal: stop.signal }).then(() => {
      this.#workers.delete(file.name);
      // What has taken its place in the directory meanwhile can be started now.
      this.#bell.ring();
    });
    this.#workers.set(file.name, { version: file.version, stop, done });
  }

  /** Each objection once, as long as it lasts. */
  #complain(objections: readonly string[]): void {
    const fresh = objections.filter((objection) => !this.#objections.has(objection));
    for (const objection of fresh) this.#options.logger.warn('a file is no use as a worker', { objection });
    this.#objections = new Set(objections);
  }
}
