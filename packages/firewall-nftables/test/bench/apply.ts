/**
 * How long `apply` takes in a network namespace, with few and with many ports: when something changes, and when nothing
 * does. Beside it what one call of nft costs that does next to nothing. Medians, in milliseconds. Takes root.
 *
 *     node --conditions=@k4e/source packages/firewall-nftables/test/bench/apply.ts [--json]
 */
import { createMemoryLogger } from '@k4e/core/testing';
import { createNftablesFirewall } from '@k4e/firewall-nftables';
import { createNetns } from '@k4e/testbed';
import { manyPorts } from '../network/many-ports.ts';

const RUNS = 31;

async function medianMs(work: (run: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startedMs = performance.now();
    await work(run);
    times.push(performance.now() - startedMs);
  }
  return Math.round((times.sort((a, b) => a - b)[(RUNS - 1) / 2] ?? 0) * 10) / 10;
}

const netns = await createNetns();
for (const policy of ['accept', 'drop'] as const) {
  for (const count of [5, 2000]) {
    const firewall = createNftablesFirewall({ logger: createMemoryLogger(), policy, launcher: netns.enter });
    const changedMedianMs = await medianMs((run) => firewall.apply(manyPorts(count, 10_000 + run)));
    const unchangedMedianMs = await medianMs(() => firewall.apply(manyPorts(count, 10_000 + RUNS - 1)));
    await firewall.clear();
    const nftMedianMs = await medianMs(() => netns.exec(['nft', 'list', 'tables']));
    const figures = {
      bench: 'firewall-apply',
      policy,
      ports: count,
      runs: RUNS,
      changedMedianMs,
      unchangedMedianMs,
      nftMedianMs,
    };
    const words = `${policy}, ${count} ports: changed ${changedMedianMs} ms, unchanged ${unchangedMedianMs} ms (one nft call: ${nftMedianMs} ms)`;
    process.stdout.write(`${process.argv.includes('--json') ? JSON.stringify(figures) : words}\n`);
  }
}
await netns.stop();
