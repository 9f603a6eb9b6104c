import type { OpenPort } from '@k4e/core/ports';
import { createMemoryLogger } from '@k4e/core/testing';
import { createNftablesFirewall } from '@k4e/firewall-nftables';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDeviceNetwork, createNftView, netavarkScript } from '../network/index.ts';
import type { DeviceNetwork, NftView, Target } from '../network/index.ts';

const CASES = (['tcp', 'udp'] as const).flatMap((protocol) =>
  (['ipv4', 'ipv6'] as const).map((family) => ({ protocol, family })),
);

await describeWithPart('netns', 'our table drops by default', () => {
  let network: DeviceNetwork;
  let nft: NftView;
  beforeAll(async () => {
    network = await createDeviceNetwork();
    nft = createNftView(network.device);
    for (const protocol of ['tcp', 'udp'] as const) {
      for (const port of [22, 8080, 9100]) await network.devicePeer.listen(protocol, port);
      for (const port of [80, 81]) await network.podPeer.listen(protocol, port);
    }
  });
  afterAll(() => network.stop());
  beforeEach(() => firewall().clear());
  afterEach(() => nft.run('flush ruleset'));

  const firewall = () =>
    createNftablesFirewall({
      logger: createMemoryLogger(),
      policy: 'drop',
      containerInterfaces: [network.podInterface],
      launcher: network.device.enter,
    });
  const target = (protocol: 'tcp' | 'udp', port: number, family: 'ipv4' | 'ipv6' = 'ipv4'): Target => ({
    protocol,
    port,
    host: network.addresses[family],
  });
  const web = (protocol: 'tcp' | 'udp'): OpenPort => ({ port: 8080, protocol, workload: 'web' });
  const client = () => network.clientPeer;

  test.each(CASES)('$protocol over $family: a port opens, others stay closed, and it closes again', async (given) => {
    const [declared, other] = [target(given.protocol, 8080, given.family), target(given.protocol, 9100, given.family)];
    expect(await client().reaches(declared), 'before there is a table').toBe(true);
    await firewall().apply([]);
    expect(await client().isShutOut(declared), 'before it is declared').toBe(true);
    await firewall().apply([web(given.protocol)]);
    expect(await client().reaches(declared), 'declared').toBe(true);
    expect(await client().isShutOut(other), 'another port').toBe(true);
    const otherProtocol = given.protocol === 'tcp' ? 'udp' : 'tcp';
    expect(await client().isShutOut(target(otherProtocol, 8080, given.family)), 'the other protocol').toBe(true);
    await firewall().apply([]);
    expect(await client().isShutOut(declared), 'withdrawn').toBe(true);
  });

  test('a device can live: loopback, answers to what it sends, and remote access', async () => {
    await firewall().apply([]);
    expect(await network.devicePeer.reaches({ protocol: 'tcp', host: '127.0.0.1', port: 9100 })).toBe(true);
    expect(await network.devicePeer.reaches({ protocol: 'udp', host: '::1', port: 9100 })).toBe(true);
    await client().listen('tcp', 7000);
    await client().listen('udp', 7000);
    expect(await network.devicePeer.reaches({ protocol: 'tcp', host: '192.0.2.2', port: 7000 })).toBe(true);
    expect(await network.devicePeer.reaches({ protocol: 'udp', host: '2001:db8::2', port: 7000 })).toBe(true);
    expect(await client().reaches(target('tcp', 22))).toBe(true);
    expect(await client().isShutOut(target('udp', 22))).toBe(true);
  });

  test('a neighbour that the device has forgotten is found again over IPv6', async () => {
    await firewall().apply([web('tcp')]);
    await network.device.exec(['ip', 'neighbour', 'flush', 'all']);
    expect(await client().reaches(target('tcp', 8080, 'ipv6'))).toBe(true);
  });

  test('containers reach the world, the world does not reach them, and the device only for its name service', async () => {
    await firewall().apply([]);
    await client().listen('tcp', 7001);
    const { podPeer, addresses } = network;
    expect(await podPeer.reaches({ protocol: 'tcp', host: '192.0.2.2', port: 7001 }), 'from the pod outwards').toBe(
      true,
    );
    expect(await client().isShutOut({ protocol: 'tcp', host: addresses.podIpv4, port: 80 }), 'to the pod').toBe(true);
    await network.devicePeer.listen('udp', 53);
    expect(await podPeer.reaches({ protocol: 'udp', host: '10.88.0.1', port: 53 }), 'name service').toBe(true);
    expect(await podPeer.isShutOut({ protocol: 'tcp', host: '10.88.0.1', port: 9100 }), 'other ports').toBe(true);
    expect(await client().isShutOut(target('udp', 53)), 'name service from outside').toBe(true);
  });

  describe('with ports forwarded to a pod as netavark does it', () => {
    beforeEach(() =>
      nft.run(
        netavarkScript(network, [
          { protocol: 'tcp', hostPort: 18_080, podPort: 80 },
          { protocol: 'udp', hostPort: 18_080, podPort: 80 },
          { protocol: 'tcp', hostPort: 18_081, podPort: 81 },
          { protocol: 'udp', hostPort: 18_081, podPort: 81 },
        ]),
      ),
    );

    test.each(CASES)(
      '$protocol over $family: the host port opens and closes, the pod’s own stays closed',
      async (given) => {
        const declared = target(given.protocol, 18_080, given.family);
        expect(await client().reaches(declared), 'before there is a table').toBe(true);
        await firewall().apply([]);
        expect(await client().isShutOut(declared), 'before it is declared').toBe(true);
        await firewall().apply([{ port: 18_080, protocol: given.protocol, workload: 'pod' }]);
        expect(await client().reaches(declared), 'declared').toBe(true);
        expect(await client().isShutOut(target(given.protocol, 18_081, given.family)), 'the other one').toBe(true);
        expect(await client().isShutOut(target(given.protocol, 9100, given.family)), 'the device itself').toBe(true);
        await firewall().apply([]);
        expect(await client().isShutOut(declared), 'withdrawn').toBe(true);
      },
    );

    test('the pod’s port number opens nothing: what counts is what the peer addressed', async () => {
      await firewall().apply([{ port: 80, protocol: 'tcp', workload: 'pod' }]);
      expect(await client().isShutOut(target('tcp', 18_080))).toBe(true);
      const direct = { protocol: 'tcp', host: network.addresses.podIpv4, port: 80 } as const;
      expect(await client().isShutOut(direct), 'not translated, only passing through').toBe(true);
    });
  });

  test('established connections survive every change, also the closing of their port', async () => {
    await firewall().apply([web('tcp'), web('udp')]);
    const held = [await client().hold(target('tcp', 8080)), await client().hold(target('udp', 8080, 'ipv6'))];
    for (const ports of [[web('udp')], [], [web('tcp')]]) {
      await firewall().apply(ports);
      for (const connection of held) expect(await connection.echoes()).toBe(true);
    }
  });
});
