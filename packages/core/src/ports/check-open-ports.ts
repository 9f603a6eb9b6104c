import { K4eError } from '../foundation/index.ts';
import type { OpenPort } from './firewall.ts';

/** How many ports one `Firewall.apply` takes, repeated ones counted. */
export const MAX_OPEN_PORTS = 4096;

const MAX_PORT = 65_535;

const PROTOCOLS: readonly string[] = ['tcp', 'udp'] satisfies readonly OpenPort['protocol'][];

/**
 * Throws `INVALID_INPUT` for the first entry that is not a port, with its workload as the subject, and `TOO_LARGE` for
 * more than `MAX_OPEN_PORTS`. Every `Firewall` calls it before it touches anything.
 */
export function checkOpenPorts(ports: readonly OpenPort[]): void {
  if (ports.length > MAX_OPEN_PORTS) {
    const message = `${ports.length} ports to open, ${MAX_OPEN_PORTS} are allowed`;
    throw new K4eError('TOO_LARGE', { message, retry: 'never' });
  }
  for (const { port, protocol, workload } of ports) {
    const isPort = Number.isInteger(port) && port >= 1 && port <= MAX_PORT;
    if (isPort && PROTOCOLS.includes(protocol)) continue;
    const message = `${port}/${protocol} is not a port that can be opened: 1 to ${MAX_PORT}, tcp or udp`;
    throw new K4eError('INVALID_INPUT', { subject: workload, message, retry: 'never' });
  }
}
