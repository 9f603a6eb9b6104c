import { randomInt } from 'node:crypto';
import { K4eError, fired } from '@k4e/core';
import type { Logger, RegisteredWorker, WorkerHubListener } from '@k4e/core/ports';
import { startGrpcServer } from '../call/index.ts';
import { formatSocketAddress, readSocketAddress } from '../socket/index.ts';
import type { SocketAddress } from '../socket/index.ts';
import { toWireEvent } from '../wire/index.ts';
import { MAX_HANDLER_LENGTH } from './check-registration.ts';
import { DEFAULT_DISCONNECT_LIMIT_MS, DEFAULT_SEND_LIMIT_MS, DEFAULT_START_LIMIT_MS } from './dispatcher.ts';
import type { Dispatcher, DispatcherOptions } from './dispatcher.ts';
import { serveWorkers } from './serve-workers.ts';
import { makeWorkerAddress } from './worker-address.ts';
import { connectWorker } from './worker-connection.ts';
import type { WorkerConnection } from './worker-connection.ts';
import { createWorkerRegistry } from './worker-registry.ts';
import type { WorkerRegistry } from './worker-registry.ts';

const RANDOM_STEPS = 2 ** 32;

/** Creates a dispatcher; nothing happens before `serve`. Throws `INVALID_INPUT` for an address that cannot be served. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const socket = readSocketAddress(options.address);
  // Better now than when the first worker comes.
  makeWorkerAddress(socket, 'x'.repeat(MAX_HANDLER_LENGTH), () => 0);
  const address = `unix:${formatSocketAddress(socket)}`;
  let registry: WorkerRegistry | undefined;
  const workerAt = (handler: string): WorkerConnection => {
    const connection = registry?.connectionOf(handler);
    if (connection !== undefined) return connection;
    throw new K4eError('NOT_FOUND', { subject: handler, message: 'no worker has registered for it' });
  };
  return {
    address,
    async serve(listener, { signal }) {
      if (registry !== undefined) throw new K4eError('INTERNAL', { message: 'it serves already', retry: 'never' });
      if (signal.aborted) return;
      const own = openRegistry(options, socket, listener);
      registry = own;
      try {
        await serveUntil(signal, { options, socket, address, listener, registry: own });
      } finally {
        own.clear('the dispatcher ends');
        registry = undefined;
      }
    },
    workers: () => registry?.list() ?? [],
    release: (pid) => registry?.release(pid),
    send: async (handler, data, call = {}) => workerAt(handler).send(data, call),
    disconnect: async (handler, call = {}) => workerAt(handler).disconnect(call),
    notify: async (handler, event, call = {}) => workerAt(handler).notify(toWireEvent(event), call),
  };
}

function openRegistry(options: DispatcherOptions, socket: SocketAddress, listener: WorkerHubListener): WorkerRegistry {
  const { clock, logger, random = cryptoRandom } = options;
  return createWorkerRegistry({
    logger,
    connect: ({ handler }, onLost) =>
      connectWorker({
        ...{ handler, clock, onLost },
        address: makeWorkerAddress(socket, handler, random),
        sendLimitMs: options.sendLimitMs ?? DEFAULT_SEND_LIMIT_MS,
        startLimitMs: options.startLimitMs ?? DEFAULT_START_LIMIT_MS,
        disconnectLimitMs: options.disconnectLimitMs ?? DEFAULT_DISCONNECT_LIMIT_MS,
      }),
    onChange: () => guard(logger, () => listener.onWorkersChanged()),
  });
}

function cryptoRandom(): number {
  return randomInt(RANDOM_STEPS) / RANDOM_STEPS;
}

interface Serving {
  readonly registry: WorkerRegistry;
  readonly options: DispatcherOptions;
  readonly socket: SocketAddress;
  readonly address: string;
  readonly listener: WorkerHubListener;
}

async function serveUntil(signal: AbortSignal, serving: Serving): Promise<void> {
  const { options, socket, address, listener, registry } = serving;
  const register = (worker: RegisteredWorker): SocketAddress | undefined => registry.add(worker)?.address;
  const onData: WorkerHubListener['onData'] = (data, call) => listener.onData(data, call);
  const server = await startGrpcServer(
    socket,
    serveWorkers({ options, address, register, onData, signal }),
    options.clock,
  );
  try {
    options.logger.info('workers can register', { address });
    guard(options.logger, () => listener.onListening?.());
    await fired(signal);
  } finally {
    await server.close();
  }
}

/** A listener that throws stops nobody. */
function guard(logger: Logger, tell: () => void): void {
  try {
    tell();
  } catch (error) {
    logger.error('a listener to workers failed', { error });
  }
}
