import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';

import { claim } from './claim.ts';

/**
 * Ports are drawn from below the range that the kernel gives to outgoing connections, and each is claimed for this process,
 * so that a server which starts late, or stops, has its port (again): neither a connection nor another test can have taken
 * it in between.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 29_999;
const MAX_TRIES = 100;

/** `count` different TCP ports of 127.0.0.1 that nobody listens on now, and that nobody else is given while this process lives. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  for (let tries = 0; ports.size < count; tries += 1) {
    if (tries > MAX_TRIES + count) throw new Error(`found no ${String(count)} free ports on 127.0.0.1`);
    const port = randomInt(FIRST_PORT, LAST_PORT + 1);
    if ((await isFree(port)) && (await claim(`port-${String(port)}`))) ports.add(port);
  }
  return [...ports];
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
