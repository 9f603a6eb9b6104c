/**
 * How long `apply` takes in a network namespace, with few and with many ports: when something changes, and when nothing
 * does. Beside it what one call of nft costs that does next to nothing. Medians, and the best of the runs for machines that
 * are busy, in milliseconds. Takes root.
 *
 *     node --conditions=@k4e/source packages/firewall-nftables/test/bench/apply.ts [--json]
 */
import { createMemoryLogger } from '@k4e/core/testing';
import { createNftablesFirewall } from '@k4e/firewall-nftables';
import { createNetns } from '@k4e/testbed';
import { manyPorts } from '../network/many-ports.ts';

const RUNS = 31;

interface Times {
  readonly medianMs: number;
  readonly bestMs: number;
}

async function timesOf(work: (run: number) => Promise<unknown>): Promise<Times> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startedMs = performance.now();
    await work(run);
    times.push(performance.now() - startedMs);
  }
  times.sort((a, b) => a - b);
  const rounded = (ms = 0): number => Math.round(ms * 10) / 10;
  return { medianMs: rounded(times[(RUNS - 1) / 2]), bestMs: rounded(times[0]) };
}

const inWords = ({ medianMs, bestMs }: Times): string => `${medianMs} ms (best ${bestMs})`;

const netns = await createNetns();
for (const policy of ['accept', 'drop'] as const) {
  for (const count of [5, 2000]) {
    const firewall = createNftablesFirewall({ logger: createMemoryLogger(), policy, launcher: netns.enter });
    const changed = await timesOf((run) => firewall.apply(manyPorts(count, 10_000 + run)));
    const unchanged = await timesOf(() => firewall.apply(manyPorts(count, 10_000 + RUNS - 1)));
    await firewall.clear();
    const oneCall = await timesOf(() => netns.exec(['nft', 'list', 'tables']));
    const figures = { bench: 'firewall-apply', policy, ports: count, runs: RUNS, changed, unchanged, oneCall };
    const words = `${policy}, ${count} ports: changed ${inWords(changed)}, unchanged ${inWords(unchanged)}, one call of nft ${inWords(oneCall)}`;
    process.stdout.write(`${process.argv.includes('--json') ? JSON.stringify(figures) : words}\n`);
  }
}
await netns.stop();
