import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createMemoryLogger } from '@k4e/core/testing';
import { createNftablesFirewall } from '@k4e/firewall-nftables';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDeviceNetwork, createNftView, manyPorts, watchGenerations } from '../network/index.ts';
import type { DeviceNetwork, NftView, Target } from '../network/index.ts';

/** Spread over a round of `apply-forever`. */
const KILLS = 20;

await describeWithPart('netns', 'a ruleset is replaced whole', () => {
  let network: DeviceNetwork;
  let nft: NftView;
  beforeEach(async () => {
    network = await createDeviceNetwork();
    nft = createNftView(network.device);
  });
  afterEach(() => network.stop());

  const firewall = (policy: 'accept' | 'drop') =>
    createNftablesFirewall({ logger: createMemoryLogger(), policy, launcher: network.device.enter });
  const declared = (protocol: 'tcp' | 'udp'): Target => ({ protocol, port: 10_000, host: network.addresses.ipv4 });

  test('the first apply, a change and a repair are one transaction each; no change is none', async () => {
    const generations = await watchGenerations(network.device);
    const [few, many] = [manyPorts(5, 10_000), manyPorts(50, 10_000)];
    const counts: number[] = [];
    const steps = [few, few, many, many, 'flush table inet k4e', many, []];
    for (const step of steps) {
      await (typeof step === 'string' ? nft.run(step) : firewall('drop').apply(step));
      counts.push(await generations.count());
    }
    await generations.stop();
    expect(counts).toEqual([1, 1, 2, 2, 3, 4, 5]);
  });

  test('what was counted survives applying the same', async () => {
    await network.devicePeer.listen('tcp', 10_000);
    await firewall('drop').apply(manyPorts(5, 10_000));
    expect(await network.clientPeer.reaches(declared('tcp'))).toBe(true);
    const counted = await nft.packetsIn('k4e', 'mark_declared');
    expect(counted).toBeGreaterThan(0);
    await firewall('drop').apply(manyPorts(5, 10_000));
    expect(await nft.packetsIn('k4e', 'mark_declared')).toBe(counted);
    await firewall('drop').apply(manyPorts(6, 10_000));
    expect(await nft.packetsIn('k4e', 'mark_declared'), 'a change counts from nothing').toBe(0);
  });

  test('2000 ports at once: the first and the last of each protocol open, the next stays closed', async () => {
    await firewall('drop').apply(manyPorts(2000, 10_000));
    for (const [protocol, port] of [
      ['tcp', 10_000],
      ['udp', 10_001],
      ['tcp', 11_998],
      ['udp', 11_999],
    ] as const) {
      await network.devicePeer.listen(protocol, port);
      expect(await network.clientPeer.reaches({ ...declared(protocol), port })).toBe(true);
    }
    await network.devicePeer.listen('tcp', 12_000);
    expect(await network.clientPeer.isShutOut({ ...declared('tcp'), port: 12_000 })).toBe(true);
  });

  test('no packet of an established flow is lost while the ruleset is replaced', async () => {
    await network.devicePeer.listen('udp', 10_001);
    const flow = { ...declared('udp'), port: 10_001 };
    await nft.run(`table inet watch {
      chain before { type filter hook prerouting priority -300; udp dport 10001 counter; }
      chain after { type filter hook input priority 300; udp dport 10001 counter; }
    }`);
    await firewall('drop').apply(manyPorts(1000, 10_000));
    const flooding = { ended: false };
    const flood = network.clientPeer.flood(flow, 2_000).finally(() => (flooding.ended = true));
    let replaced = 0;
    for (; !flooding.ended; replaced++) await firewall('drop').apply(manyPorts(1000 + (replaced % 2), 10_000));
    const sent = await flood;
    const [before, after] = [await nft.packetsIn('watch', 'before'), await nft.packetsIn('watch', 'after')];
    expect(replaced).toBeGreaterThan(5);
    expect(before).toBeGreaterThanOrEqual(sent);
    expect(after).toBe(before);
  });

  describe('by a process that is killed', () => {
    const program = fileURLToPath(new URL('apply-forever.ts', import.meta.url));

    /** Starts the program in a process group of its own, and kills it and its nft in that part of a round, 0 to 1. */
    async function applyAndKill(part: number): Promise<void> {
      const args = ['--conditions=@k4e/source', program, ...network.device.enter];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
      const closed = once(child, 'close');
      const [roundMs] = (await once(child.stdout, 'data')) as unknown[];
      await delay(part * Number(roundMs));
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await closed;
    }

    test(`with SIGKILL, ${KILLS} times at any moment: the old or the new ruleset is in force, whole`, async () => {
      const seen = new Set<number>();
      for (let kill = 0; kill < KILLS; kill++) {
        await applyAndKill((kill + Math.random()) / KILLS);
        const ports = [...(await nft.portsOf('k4e', 'declared_tcp')), ...(await nft.portsOf('k4e', 'declared_udp'))];
        const first = Math.min(...ports);
        seen.add(first);
        const rules = await nft.ruleHandles('k4e', 'mark_declared');
        await firewall('accept').apply(manyPorts(1000, first));
        expect(await nft.ruleHandles('k4e', 'mark_declared'), 'it was one of the two, to the letter').toEqual(rules);
        expect(ports).toHaveLength(1000);
      }
      expect([...seen].sort()).toEqual([10_000, 20_000]);
    });
  });
});
