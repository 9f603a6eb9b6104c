/** Names that wait to be read, each once; `undefined` stands for "any": it swallows names, and comes when there are too many. */
export interface PendingNames {
  add(name: string | undefined): void;
  /** The oldest that waits; waits for one when there is none. Resolves with `done` once the signal has fired. */
  next(): Promise<IteratorResult<string | undefined, void>>;
}

/** Creates an empty list of at most `limit` names, which ends when `signal` fires. */
export function createPendingNames(limit: number, signal: AbortSignal): PendingNames {
  const pending = new Set<string | undefined>();
  let wake: (() => void) | undefined;
  const rouse = (): void => wake?.();
  signal.addEventListener('abort', rouse, { once: true });
  return {
    add(name) {
      if (pending.has(undefined)) return;
      const isOver = pending.size >= limit && !pending.has(name);
      if (name === undefined || isOver) pending.clear();
      pending.add(isOver ? undefined : name);
      rouse();
    },
    async next() {
      while (!signal.aborted) {
        for (const name of pending) {
          pending.delete(name);
          return { done: false, value: name };
        }
        await new Promise<void>((resolve) => (wake = resolve));
      }
      return { done: true, value: undefined };
    },
  };
}
