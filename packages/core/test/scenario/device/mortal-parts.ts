import type { DeviceParts } from '@k4e/core/device';
import type { PodRequest } from '@k4e/core/ports';
import type { DeviceBench } from './device-bench.ts';

/** Counts the moments at which a process can be killed: before, within and after everything it does outside of itself. */
export interface Fuse {
  /** Fires when the process dies: from then on nothing it does has an effect, and nothing answers it. */
  readonly death: AbortSignal;
  /** One moment passes; answers whether the process lives on. */
  burn(): boolean;
  /** Kills the process now. */
  blow(): void;
}

/** Creates a fuse that blows at the `limit`th moment from now on, the first being 0; without a limit, when it is told to. */
export function createFuse(limit = Infinity): Fuse {
  const controller = new AbortController();
  let count = 0;
  return {
    death: controller.signal,
    blow: () => controller.abort(),
    burn() {
      if (count++ >= limit) controller.abort();
      return !controller.signal.aborted;
    },
  };
}

const forever = (): Promise<never> => new Promise(() => undefined);

/** The parts of a machine as a process sees them that is killed when the fuse blows. */
export function mortalParts(bench: DeviceBench, fuse: Fuse): Partial<DeviceParts> {
  const mortal =
    <A extends unknown[], R>(work: (...args: A) => Promise<R>, half?: (...args: A) => void) =>
    async (...args: A): Promise<R> => {
      if (!fuse.burn()) return forever();
      if (half !== undefined && !fuse.burn()) {
        half(...args);
        return forever();
      }
      const result = await work(...args);
      return fuse.burn() ? result : forever();
    };
  const { clock, runtime, firewall, state, volumes, link } = bench;
  const halfStart = (pod: PodRequest): void => {
    if (!runtime.engine.pods.has(pod.name)) runtime.engine.create('k4e', pod);
  };
  return {
    clock: {
      ...clock,
      schedule: (delayMs, callback) => clock.schedule(delayMs, () => (fuse.death.aborted ? undefined : callback())),
    },
    runtime: {
      ...runtime,
      list: mortal((...args: Parameters<(typeof runtime)['list']>) => runtime.list(...args)),
      prepare: mortal((...args: Parameters<(typeof runtime)['prepare']>) => runtime.prepare(...args)),
      start: mortal((...args: Parameters<(typeof runtime)['start']>) => runtime.start(...args), halfStart),
      restart: mortal((...args: Parameters<(typeof runtime)['restart']>) => runtime.restart(...args)),
      remove: mortal((...args: Parameters<(typeof runtime)['remove']>) => runtime.remove(...args)),
      changes: (options) => mortalStream((signal) => runtime.changes({ signal }), options.signal, fuse),
    },
    firewall: {
      ...firewall,
      apply: mortal((...args: Parameters<(typeof firewall)['apply']>) => firewall.apply(...args)),
      clear: mortal((...args: Parameters<(typeof firewall)['clear']>) => firewall.clear(...args)),
    },
    state: {
      ...state,
      read: mortal((...args: Parameters<(typeof state)['read']>) => state.read(...args)),
      write: mortal((...args: Parameters<(typeof state)['write']>) => state.write(...args)),
      remove: mortal((...args: Parameters<(typeof state)['remove']>) => state.remove(...args)),
    },
    volumes: {
      ...volumes,
      ensure: mortal((...args: Parameters<(typeof volumes)['ensure']>) => volumes.ensure(...args)),
      removeAll: mortal((...args: Parameters<(typeof volumes)['removeAll']>) => volumes.removeAll(...args)),
    },
    link: {
      ...link,
      send: mortal((...args: Parameters<(typeof link)['send']>) => link.send(...args)),
      receive: (options) => mortalStream((signal) => link.receive({ ...options, signal }), options.signal, fuse),
    },
  };
}

async function* mortalStream<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  signal: AbortSignal,
  { death }: Fuse,
): AsyncGenerator<T> {
  for await (const item of open(AbortSignal.any([signal, death]))) {
    if (death.aborted) await forever();
    yield item;
  }
  if (death.aborted) await forever();
}
