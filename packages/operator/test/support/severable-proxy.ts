import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

/** A cable to a server on loopback, that can be pulled. */
export interface SeverableProxy {
  readonly port: number;
  /** Ends all connections, and every new one at once. */
  sever(): void;
  mend(): void;
  stop(): Promise<void>;
}

/** Forwards connections, byte by byte, to `targetPort` of loopback. */
export async function startSeverableProxy(targetPort: number): Promise<SeverableProxy> {
  const open = new Set<Socket>();
  let isSevered = false;
  const server = createServer((near) => {
    if (isSevered) {
      near.destroy();
      return;
    }
    const far = connect({ host: '127.0.0.1', port: targetPort });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => {
        open.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const sever = (): void => {
    isSevered = true;
    for (const socket of open) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    sever,
    mend: () => {
      isSevered = false;
    },
    stop: () =>
      new Promise((resolve) => {
        sever();
        server.close(() => {
          resolve();
        });
      }),
  };
}
