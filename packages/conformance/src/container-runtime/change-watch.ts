import type { ContainerRuntime } from '@k4e/core/ports';
import { eventually } from './eventually.ts';

/** A reader of `changes` that keeps what came. */
export interface ChangeWatch {
  readonly seen: readonly (string | undefined)[];
  /** Resolves when, after the first `from` entries, one is `name`. */
  sees(name: string | undefined, from?: number): Promise<void>;
  /** Ends the watch; resolves when the iteration has ended. */
  end(): Promise<void>;
}

/** Starts to read the changes of a runtime, and waits for the first sign. */
export async function watchChanges(runtime: ContainerRuntime): Promise<ChangeWatch> {
  const watch = beginToWatch(runtime);
  await watch.sees(undefined);
  return watch;
}

/** Starts to read the changes of a runtime. */
export function beginToWatch(runtime: ContainerRuntime): ChangeWatch {
  const controller = new AbortController();
  const seen: (string | undefined)[] = [];
  const reading = (async () => {
    for await (const name of runtime.changes({ signal: controller.signal })) seen.push(name);
  })();
  return {
    seen,
    sees: (name, from = 0) => eventually(`changes name ${name ?? 'everything'}`, () => seen.slice(from).includes(name)),
    async end() {
      controller.abort();
      await reading;
    },
  };
}
