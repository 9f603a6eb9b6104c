/**
 * Worker processes: programs in a directory, started with an environment of their own, started again when they end, and ended
 * when their file goes or the gateway does. A gateway that was killed leaves pid files, by which the next one ends what is
 * still there.
 */
export { DEFAULT_WORKER_GRACE_MS, createWorkerProcesses } from './create-worker-processes.ts';
export type { WorkerProcesses, WorkerProcessesOptions } from './create-worker-processes.ts';
export { WORKER_PATH, workerEnvironment } from './worker-environment.ts';
export type { WorkerSurroundings } from './worker-environment.ts';
export { MAX_WORKER_FILES } from './worker-files.ts';
export type { WorkerFile } from './worker-files.ts';
export { RESTART_BACKOFF } from './supervise-worker.ts';
