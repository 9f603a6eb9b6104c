/**
 * The passes that run, each to its real end, however long after its deadline that is. A key that is asked for meanwhile
 * is remembered, and told when it is free.
 */
export interface RunningPasses {
  /** Whether a pass for `key` still runs; then `onFree` will be called with it. */
  deferIfRunning(key: string): boolean;
  /** Runs `work`, which never throws, as the pass of `key`; none may run for it. */
  begin<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** From now on the pass of `key`, if it still runs, counts as stuck: it was aborted and goes on. */
  abandon(key: string): void;
  /** `undefined` while fewer than the limit are stuck; else settles when the next of them ends. */
  room(): Promise<unknown> | undefined;
}

/** What running passes are made of. */
export interface RunningPassesOptions {
  readonly maxStuck: number;
  readonly onFree: (key: string) => void;
  readonly onStuck: (passes: number) => void;
}

/** Creates the record of a controller none of whose passes run yet. */
export function createRunningPasses({ maxStuck, onFree, onStuck }: RunningPassesOptions): RunningPasses {
  const running = new Map<string, Promise<unknown>>();
  const stuck = new Map<string, Promise<unknown>>();
  const deferred = new Set<string>();
  const ended = (key: string): void => {
    running.delete(key);
    if (stuck.delete(key)) onStuck(stuck.size);
    if (deferred.delete(key)) onFree(key);
  };
  return {
    deferIfRunning(key) {
      if (running.has(key)) deferred.add(key);
      return running.has(key);
    },
    begin(key, work) {
      const pass = work().finally(() => ended(key));
      running.set(key, pass);
      return pass;
    },
    abandon(key) {
      const pass = running.get(key);
      if (pass === undefined) return;
      stuck.set(key, pass);
      onStuck(stuck.size);
    },
    room: () => (stuck.size < maxStuck ? undefined : Promise.race(stuck.values())),
  };
}
