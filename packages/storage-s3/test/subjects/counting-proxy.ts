import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

/** A way to a server that counts what clients send, and can be cut. */
export interface CountingProxy {
  /** `http://` with address and port. */
  readonly url: string;
  receivedBytes(): number;
  /** Cuts every connection, and takes no new ones, or takes them again. */
  cut(isCut: boolean): void;
  stop(): Promise<void>;
}

/** Starts a proxy to the server at that URL. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let receivedBytes = 0;
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) return void client.destroy();
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    client.on('data', (chunk) => (receivedBytes += chunk.length));
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  const cutAll = (): void => sockets.forEach((socket) => socket.destroy());
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the proxy does not listen');
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    receivedBytes: () => receivedBytes,
    cut: (value) => {
      isCut = value;
      if (isCut) cutAll();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cutAll();
      }),
  };
}
