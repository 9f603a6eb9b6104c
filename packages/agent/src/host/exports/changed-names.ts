import { setImmediate as endOfTurn } from 'node:timers/promises';

/** Names to tell of, each once however often it was added since it was last told, or in one turn of the
 * event loop. Ends with its signal. */
export interface ChangedNames extends AsyncIterable<string> {
  add(name: string): void;
}

/** Creates a list with nothing to tell. One reads it at a time. */
export function createChangedNames(signal: AbortSignal): ChangedNames {
  const names = new Set<string>();
  let wake = (): void => undefined;
  signal.addEventListener('abort', () => wake(), { once: true });
  const change = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
      if (names.size > 0 || signal.aborted) resolve();
    });
  return {
    add(name) {
      names.add(name);
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (; !signal.aborted; await change().then(endOfTurn)) {
        const [name] = names;
        if (name === undefined) continue;
        names.delete(name);
        yield name;
      }
    },
  };
}
