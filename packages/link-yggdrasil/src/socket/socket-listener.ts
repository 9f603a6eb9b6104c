import { randomUUID } from 'node:crypto';
import { chmod, lstat, rename, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { K4eError, errorText, systemCode } from '@k4e/core';
import { formatSocketAddress, nodeSocketPath } from './socket-address.ts';
import type { SocketAddress } from './socket-address.ts';

/** Most connections to one socket at a time; further ones are closed. */
export const MAX_CONNECTIONS = 64;
const SOCKET_MODE = 0o600;
const DRAFT_NAME_LENGTH = 8;

/** A socket that takes connections. */
export interface SocketListener {
  /** Takes none any more, and removes the file. Resolves when those that are there have ended. Never rejects. */
  close(): Promise<void>;
  /** Ends those that are there. */
  destroyConnections(): void;
}

/**
 * Listens. A socket file has the mode 0600 from its first moment on, and takes the place of one that nobody serves any more;
 * what is no socket is never touched. Rejects with `ALREADY_EXISTS` (somebody serves there, or it is no socket),
 * `FORBIDDEN` or `NOT_FOUND` (no such directory).
 */
export async function listenOnSocket(
  address: SocketAddress,
  onConnection: (socket: Socket) => void,
): Promise<SocketListener> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    onConnection(socket);
  });
  server.maxConnections = MAX_CONNECTIONS;
  const removeFile = await bind(server, address).catch((error: unknown) => {
    server.close();
    throw failureOfBind(error, address);
  });
  return {
    close: async () => {
      await removeFile();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
    destroyConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** The result removes what was made. */
async function bind(server: Server, address: SocketAddress): Promise<() => Promise<void>> {
  if (address.kind === 'abstract') {
    await listening(server, nodeSocketPath(address));
    return () => Promise.resolve();
  }
  const { path } = address;
  // Node says EACCES where there is no directory.
  await lstat(dirname(path));
  await checkFree(path);
  // Under a name of its own until the mode is right; a rename then puts it in the place of a stale one, in one step.
  const draft = join(dirname(path), `.${randomUUID().slice(0, DRAFT_NAME_LENGTH)}`);
  await listening(server, draft);
  try {
    await chmod(draft, SOCKET_MODE);
    const { ino } = await lstat(draft);
    await rename(draft, path);
    return () => removeOwn(path, ino);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path }, () => {
      server.removeListener('error', reject);
      server.on('error', () => undefined);
      resolve();
    });
  });
}

/** A file that is no socket, and a socket that somebody serves, are left alone. */
async function checkFree(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw taken(path, 'there is a file that is no socket');
  if (await isServed(path)) throw taken(path, 'somebody else serves there');
}

function isServed(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => resolve(systemCode(error) === 'EAGAIN'));
  });
}

/** By now it may be that of a successor. */
async function removeOwn(path: string, ino: number): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.ino === ino) await rm(path, { force: true }).catch(() => undefined);
}

function failureOfBind(error: unknown, address: SocketAddress): unknown {
  const subject = formatSocketAddress(address);
  const details = { subject, message: errorText(error), cause: error };
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return taken(subject, 'somebody else serves there');
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new K4eError('FORBIDDEN', details);
    case 'ENOENT':
    case 'ENOTDIR':
      return new K4eError('NOT_FOUND', details);
    case undefined:
    default:
      return error instanceof K4eError ? error : new K4eError('INVALID_INPUT', details);
  }
}

function taken(subject: string, message: string): K4eError {
  return new K4eError('ALREADY_EXISTS', { subject, message });
}
