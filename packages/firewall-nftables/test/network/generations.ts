import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Netns } from '@k4e/testbed';
import { waitUntil } from '@k4e/testbed';

/** Counts the transactions that changed the packet filter of a namespace: the kernel begins a generation for each. */
export interface Generations {
  /** How many there were since the watch began. */
  count(): Promise<number>;
  stop(): Promise<void>;
}

/** Transactions are small and the machine may be busy. */
const MARKER_DEADLINE_MS = 20_000;

/**
 * Watches with `nft monitor`. It tells the kernel's events in their order, so a count makes one of its own, a table that
 * comes and goes in one transaction, and waits to be told of it: then everything before it has been told.
 */
export async function watchGenerations(netns: Netns): Promise<Generations> {
  const [file, ...args] = [...netns.enter, 'nft', 'monitor'] as const;
  const monitor = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => monitor.once('close', () => resolve()));
  let generations = 0;
  let markers = 0;
  let isMarker = false;
  let lastMarker = -1;
  createInterface({ input: monitor.stdout }).on('line', (line) => {
    const marker = /^delete table inet marker_(\d+)$/.exec(line)?.[1];
    if (marker !== undefined) [isMarker, lastMarker] = [true, Number(marker)];
    if (!line.startsWith('# new generation')) return;
    if (!isMarker) generations++;
    isMarker = false;
  });
  const passed = async (): Promise<number> => {
    const name = markers++;
    const table = `inet marker_${name}`;
    await netns.exec(['nft', '--file', '-'], { stdin: `add table ${table}\ndelete table ${table}\n` });
    return name;
  };
  // A monitor that has just started is not listening yet: markers are made until it tells of one.
  await waitUntil(async () => (await passed()) >= 0 && lastMarker >= 0, {
    what: 'nft monitor listens',
    deadlineMs: MARKER_DEADLINE_MS,
  });
  return {
    async count() {
      const name = await passed();
      await waitUntil(() => lastMarker >= name && !isMarker, {
        what: 'nft monitor told',
        deadlineMs: MARKER_DEADLINE_MS,
        intervalMs: 2,
      });
      return generations;
    },
    async stop() {
      monitor.kill('SIGKILL');
      await ended;
    },
  };
}
