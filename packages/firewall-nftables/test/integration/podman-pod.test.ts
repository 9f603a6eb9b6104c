import { createMemoryLogger } from '@k4e/core/testing';
import { createNftablesFirewall } from '@k4e/firewall-nftables';
import { WORKLOAD_IMAGE, buildWorkloadImage, connect, createNetns, startPodman } from '@k4e/testbed';
import type { Netns, Podman } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNftView, startPeer } from '../network/index.ts';
import type { Peer } from '../network/index.ts';

const DEVICE = '192.0.2.1';

/** A pod that serves its page on a host port. */
function pod(name: string, hostPort: number): string {
  const container = { name: 'web', image: WORKLOAD_IMAGE, ports: [{ containerPort: 8080, hostPort }] };
  return JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { containers: [container] } });
}

await describeWithPart(['netns', 'isolated-podman'], 'pods of a real podman behind our default drop', () => {
  let device: Netns;
  let client: Netns;
  let podman: Podman;
  let peer: Peer;
  beforeAll(async () => {
    [device, client] = await Promise.all([createNetns(), createNetns()]);
    await connect(client, device, { a: '192.0.2.2/24', b: `${DEVICE}/24` });
    const { archive } = await buildWorkloadImage();
    podman = await startPodman({ isolated: true, netns: device, archives: [archive] });
    peer = startPeer(client);
  });
  afterAll(async () => {
    await peer.stop();
    await podman.stop();
    await Promise.all([device.stop(), client.stop()]);
  });

  test('the declared one is served, the other is not; nothing of podman’s rules changes', async () => {
    const firewall = createNftablesFirewall({
      logger: createMemoryLogger(),
      policy: 'drop',
      launcher: device.enter,
    });
    await firewall.apply([{ port: 18_080, protocol: 'tcp', workload: 'declared' }]);
    for (const [name, port] of [
      ['declared', 18_080],
      ['other', 18_081],
    ] as const) {
      expect(await podman.podman(['kube', 'play', '-'], { stdin: pod(name, port) })).toMatchObject({ code: 0 });
    }
    const rulesOfPodman = await createNftView(device).withoutTable('k4e');
    expect(rulesOfPodman).toContain('NETAVARK');
    const at = (port: number) => ({ protocol: 'tcp', host: DEVICE, port }) as const;
    await expect.poll(() => peer.reaches(at(18_080)), { timeout: 60_000 }).toBe(true);
    expect(await peer.isShutOut(at(18_081))).toBe(true);
    await firewall.apply([{ port: 18_081, protocol: 'tcp', workload: 'other' }]);
    await expect.poll(() => peer.reaches(at(18_081)), { timeout: 60_000 }).toBe(true);
    expect(await peer.isShutOut(at(18_080))).toBe(true);
    expect(await createNftView(device).withoutTable('k4e')).toBe(rulesOfPodman);
    await firewall.clear();
    expect(await peer.reaches(at(18_080))).toBe(true);
  });
});
