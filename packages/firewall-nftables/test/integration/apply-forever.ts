/**
 * A program that applies two sets of ports in turn, in the namespace that its arguments enter, until it is killed. Writes
 * after the first round how many milliseconds it took.
 */
import { createMemoryLogger } from '@k4e/core/testing';
import { createNftablesFirewall } from '@k4e/firewall-nftables';
import { manyPorts } from '../network/many-ports.ts';

const firewall = createNftablesFirewall({ logger: createMemoryLogger(), launcher: process.argv.slice(2) });
for (let round = 0; ; round++) {
  const startedMs = performance.now();
  await firewall.apply(manyPorts(1000, 10_000));
  await firewall.apply(manyPorts(1000, 20_000));
  if (round === 0) process.stdout.write(`${Math.round(performance.now() - startedMs)}\n`);
}
