/** Tells listeners which workloads changed since they last asked. */
export interface ChangeBell {
  ring(workload: string): void;
  /** From now on rings are lost, or no longer. */
  mute(isMute: boolean): void;
  /** Yields the workloads among `workloads` that were rung for, until `signal` fires. */
  listen(workloads: readonly string[], signal: AbortSignal): AsyncGenerator<string, void>;
}

/** Creates a bell that nobody listens to. Listens from the call on, not from the first `next`. */
export function createChangeBell(): ChangeBell {
  const listeners = new Set<(workload: string) => void>();
  let isMute = false;
  return {
    ring(workload) {
      if (!isMute) for (const tell of listeners) tell(workload);
    },
    mute: (value) => void (isMute = value),
    listen(workloads, signal) {
      const changed = new Set<string>();
      let wake = (): void => undefined;
      const tell = (workload: string): void => {
        if (workloads.includes(workload)) changed.add(workload);
        wake();
      };
      const onAbort = (): void => {
        listeners.delete(tell);
        wake();
      };
      if (!signal.aborted) listeners.add(tell);
      signal.addEventListener('abort', onAbort, { once: true });
      const wait = (): Promise<void> =>
        new Promise((resolve) => {
          wake = resolve;
          if (changed.size > 0 || signal.aborted) resolve();
        });
      return drain(changed, wait, signal, onAbort);
    },
  };
}

async function* drain(
  changed: Set<string>,
  wait: () => Promise<void>,
  signal: AbortSignal,
  end: () => void,
): AsyncGenerator<string, void> {
  const isOver = (): boolean => signal.aborted;
  try {
    while (!isOver()) {
      for (const workload of changed) {
        if (isOver()) return;
        changed.delete(workload);
        yield workload;
      }
      await wait();
    }
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}
