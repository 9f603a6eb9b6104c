import { setTimeout as delay } from 'node:timers/promises';

/** How long the suite waits for something that is to happen by itself. */
export const EVENTUALLY_MS = 20_000;

const LOOK_EVERY_MS = 25;

/** Looks until `probe` holds, and resolves; fails with the words of `what` when it never does. */
export async function eventually(what: string, probe: () => boolean | Promise<boolean>): Promise<void> {
  const startedMs = performance.now();
  while (!(await probe())) {
    if (performance.now() - startedMs > EVENTUALLY_MS) throw new Error(`never came true: ${what}`);
    await delay(LOOK_EVERY_MS);
  }
}
