import { freePorts } from '../processes/index.ts';

/** The address at which programs in a machine reach this process, when it listens on 127.0.0.1. */
export const HOST_ADDRESS = '10.0.2.2';

/** Ports of 127.0.0.1 that lead to ports of a machine. */
export interface PortForwards {
  /** What the emulator is told of them: the end of the description of a network. */
  readonly options: string;
  /** The port of 127.0.0.1 that leads to one of the machine's; throws for one that is not forwarded. */
  hostPort(innerPort: number): number;
}

/** Finds a port of 127.0.0.1 for each. Without an address they lead to the machine that got one by DHCP. */
export async function forwardPorts(ports: readonly number[], address = ''): Promise<PortForwards> {
  const outer = await freePorts(ports.length);
  const forwards = new Map(ports.map((port, index) => [port, outer[index] ?? 0]));
  return {
    options: [...forwards].map(([innerPort, outerPort]) => forwardOption(outerPort, innerPort, address)).join(''),
    hostPort: (port) => {
      const found = forwards.get(port);
      if (found === undefined) throw new Error(`port ${String(port)} of the machine is not forwarded`);
      return found;
    },
  };
}

/** What the emulator is told of one port of 127.0.0.1 that leads to a port of the machine. */
export function forwardOption(outerPort: number, innerPort: number, address = ''): string {
  return `,hostfwd=tcp:127.0.0.1:${String(outerPort)}-${address}:${String(innerPort)}`;
}
