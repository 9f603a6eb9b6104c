import { connect, createNetns } from '@k4e/testbed';
import type { Netns } from '@k4e/testbed';
import { startPeer } from './peer.ts';
import type { Peer } from './peer.ts';

/**
 * A device with a network on one side and a pod on the other:
 *
 *     client  192.0.2.2, 2001:db8::2  --  192.0.2.1, 2001:db8::1  device  10.88.0.1, fd00:88::1  --  10.88.0.2  pod
 *
 * The device forwards. The client knows no way to the pod's network but through the device.
 */
export interface DeviceNetwork {
  readonly device: Netns;
  /** The device's end of the cable to the pod: what podman's bridge is on a device. */
  readonly podInterface: string;
  readonly addresses: {
    readonly ipv4: string;
    readonly ipv6: string;
    readonly podIpv4: string;
    readonly podIpv6: string;
  };
  readonly clientPeer: Peer;
  readonly devicePeer: Peer;
  readonly podPeer: Peer;
  stop(): Promise<void>;
}

/** Builds the network; takes about a second. */
export async function createDeviceNetwork(): Promise<DeviceNetwork> {
  const [client, device, pod] = await Promise.all([createNetns(), createNetns(), createNetns()]);
  await connect(client, device, { a: '192.0.2.2/24', b: '192.0.2.1/24' });
  await connect(client, device, { a: '2001:db8::2/64', b: '2001:db8::1/64' });
  const podCable = await connect(device, pod, { a: '10.88.0.1/16', b: '10.88.0.2/16' });
  await addIpv6(device, podCable.interfaceA, 'fd00:88::1/64');
  await addIpv6(pod, podCable.interfaceB, 'fd00:88::2/64');
  await run(device, ['sysctl', '-q', '-w', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1']);
  await run(pod, ['ip', 'route', 'add', 'default', 'via', '10.88.0.1']);
  await run(pod, ['ip', '-6', 'route', 'add', 'default', 'via', 'fd00:88::1']);
  await run(client, ['ip', 'route', 'add', 'default', 'via', '192.0.2.1']);
  const [clientPeer, devicePeer, podPeer] = [startPeer(client), startPeer(device), startPeer(pod)];
  return {
    device,
    podInterface: podCable.interfaceA,
    addresses: { ipv4: '192.0.2.1', ipv6: '2001:db8::1', podIpv4: '10.88.0.2', podIpv6: 'fd00:88::2' },
    clientPeer,
    devicePeer,
    podPeer,
    async stop() {
      await Promise.all([clientPeer.stop(), devicePeer.stop(), podPeer.stop()]);
      await Promise.all([client.stop(), device.stop(), pod.stop()]);
    },
  };
}

async function addIpv6(netns: Netns, interfaceName: string, address: string): Promise<void> {
  await run(netns, ['ip', 'address', 'add', address, 'dev', interfaceName, 'nodad']);
}

async function run(netns: Netns, command: readonly string[]): Promise<void> {
  const { code, stderr } = await netns.exec(command);
  if (code !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
}
