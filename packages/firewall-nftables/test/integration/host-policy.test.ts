import { createMemoryLogger } from '@k4e/core/testing';
import { acceptByMark, createNftablesFirewall, DECLARED_PORT_MARK } from '@k4e/firewall-nftables';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createDeviceNetwork, createNftView, netavarkScript } from '../network/index.ts';
import type { DeviceNetwork, NftView, Target } from '../network/index.ts';

/** A firewall as people write it for a machine of theirs, that drops by default. */
const HOST_FIREWALL = `
table inet host {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		iifname lo accept
		meta l4proto { icmp, ipv6-icmp } accept
	}
	chain forward {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
	}
}
`;

const CASES = (['tcp', 'udp'] as const).flatMap((protocol) =>
  (['ipv4', 'ipv6'] as const).map((family) => ({ protocol, family })),
);

await describeWithPart('netns', 'the host has a firewall of its own that drops by default', () => {
  let network: DeviceNetwork;
  let nft: NftView;
  beforeAll(async () => {
    network = await createDeviceNetwork();
    nft = createNftView(network.device);
    for (const protocol of ['tcp', 'udp'] as const) {
      for (const port of [8080, 9100]) await network.devicePeer.listen(protocol, port);
      await network.podPeer.listen(protocol, 80);
      await network.clientPeer.listen(protocol, 8080);
    }
  });
  afterAll(() => network.stop());
  afterEach(() => nft.run('flush ruleset'));

  const firewall = () => createNftablesFirewall({ logger: createMemoryLogger(), launcher: network.device.enter });
  const target = (protocol: 'tcp' | 'udp', port: number, family: 'ipv4' | 'ipv6' = 'ipv4'): Target => ({
    protocol,
    port,
    host: network.addresses[family],
  });
  const client = () => network.clientPeer;

  test.each(CASES)(
    '$protocol over $family: with the rules that diagnose asks for, ports open and close',
    async (given) => {
      const [onDevice, onPod] = [
        target(given.protocol, 8080, given.family),
        target(given.protocol, 18_080, given.family),
      ];
      await nft.run(
        HOST_FIREWALL + netavarkScript(network, [{ protocol: given.protocol, hostPort: 18_080, podPort: 80 }]),
      );
      await firewall().apply([8080, 18_080].map((port) => ({ port, protocol: given.protocol, workload: 'web' })));
      expect(await client().isShutOut(onDevice), 'an accept of ours cannot override a drop of theirs').toBe(true);
      const obstacles = await firewall().diagnose();
      expect(obstacles.map(({ table, chain, cause }) => [table, chain, cause])).toEqual([
        ['host', 'input', 'policy'],
        ['host', 'forward', 'policy'],
      ]);
      for (const { remedy } of obstacles) await runRemedy(remedy);
      expect(await firewall().diagnose()).toEqual([]);
      expect(await client().reaches(onDevice), 'on the device').toBe(true);
      expect(await client().reaches(onPod), 'forwarded to the pod').toBe(true);
      expect(await client().isShutOut(target(given.protocol, 9100, given.family)), 'another port').toBe(true);
      await firewall().apply([]);
      expect(await client().isShutOut(onDevice), 'withdrawn on the device').toBe(true);
      expect(await client().isShutOut(onPod), 'withdrawn on the pod').toBe(true);
    },
  );

  test('what only passes through the device is not marked, though its port number is declared', async () => {
    await nft.run(HOST_FIREWALL);
    await nft.run(`insert rule inet host forward ${acceptByMark(DECLARED_PORT_MARK)}`);
    await firewall().apply([{ port: 8080, protocol: 'tcp', workload: 'web' }]);
    expect(await network.podPeer.isShutOut({ protocol: 'tcp', host: '192.0.2.2', port: 8080 })).toBe(true);
  });

  test('the marks of others stay as they are', async () => {
    await nft.run(`
      table inet others {
        chain early { type filter hook prerouting priority -160; ct mark set 0x5; }
        chain late { type filter hook input priority 10; ct mark 0x10000005 counter; }
      }`);
    await firewall().apply([{ port: 8080, protocol: 'tcp', workload: 'web' }]);
    expect(await client().reaches(target('tcp', 8080))).toBe(true);
    expect(await nft.packetsIn('others', 'late')).toBeGreaterThan(0);
  });

  test('rules of iptables are diagnosed, in its words, and its remedy works', async () => {
    await network.device.exec(['iptables-nft', '-P', 'INPUT', 'DROP']);
    await firewall().apply([{ port: 8080, protocol: 'tcp', workload: 'web' }]);
    expect(await client().isShutOut(target('tcp', 8080))).toBe(true);
    const [obstacle, ...more] = await firewall().diagnose();
    expect(more).toEqual([]);
    await runRemedy(obstacle?.remedy ?? '');
    expect(await firewall().diagnose()).toEqual([]);
    expect(await client().reaches(target('tcp', 8080))).toBe(true);
    expect(await client().isShutOut(target('tcp', 9100))).toBe(true);
  });

  async function runRemedy(remedy: string): Promise<void> {
    const { code, stderr } = await network.device.exec(remedy.split(' '));
    expect(code, stderr).toBe(0);
  }
});
