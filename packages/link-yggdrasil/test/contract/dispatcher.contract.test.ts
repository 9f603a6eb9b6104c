import { randomUUID } from 'node:crypto';
import { describeWorkerHubContract } from '@k4e/conformance';
import type { WorkerHubSubject } from '@k4e/conformance';
import type { WorkerAnswer, WorkerEvent } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createDispatcher } from '@k4e/link-yggdrasil';
import { EMPTY, openRawClient, rawData, rawResponse, rawTarget, startRawWorker } from '../raw-yggdrasil/index.ts';
import type { Generation, RawData } from '../raw-yggdrasil/index.ts';

/** How grpc-js calls what it stops reading. */
const GIVEN_UP = 'CANCELLED';

const plain = ({ content, ...data }: RawData) => ({ ...data, content: Uint8Array.from(content) });

function readAnswer(bytes: Buffer): WorkerAnswer {
  const { StatusCode, Body, Metadata } = JSON.parse(rawResponse.read(bytes)) as {
    StatusCode: number;
    Body: unknown;
    Metadata: Record<string, string>;
  };
  return { statusCode: StatusCode, body: Body, metadata: Metadata };
}

/** The numbers of the field table; a device that is not known is an event that means nothing, with words. */
function eventsOf(worker: Awaited<ReturnType<typeof startRawWorker>> | undefined): WorkerEvent[] {
  const cause = worker?.details[0] ?? '';
  const known: Readonly<Record<string, WorkerEvent>> = {
    'event 2': { name: 'connection-lost', cause },
    'event 3': { name: 'connection-restored' },
    'event 0': { name: 'device-unknown' },
  };
  return (worker?.told ?? []).flatMap((name) => known[name] ?? []);
}

async function createSubject(generation: Generation): Promise<WorkerHubSubject> {
  const address = `@k4e-hub-${randomUUID()}`;
  const hub = createDispatcher({ address, clock: createSystemClock(), logger: createMemoryLogger() });
  const workers = new Map<string, Awaited<ReturnType<typeof startRawWorker>>>();
  const told: string[] = [];
  let release = Promise.resolve();
  let letGo = (): void => undefined;
  const client = openRawClient(rawTarget(hub.address));
  const register = async ({
    handler,
    pid,
    hasDetachedContent,
    features,
  }: Parameters<WorkerHubSubject['workers']['register']>[0]) => {
    const worker = await startRawWorker(hub.address, {
      ...{ handler, pid, features, generation },
      detachedContent: hasDetachedContent,
      onSend: async () => {
        await release;
        return EMPTY;
      },
      onDisconnect: async () => {
        told.push(handler);
        await release;
      },
    });
    if (worker.registered) {
      await worker.listen();
      workers.set(handler, worker);
    } else worker.die();
    return worker.registered;
  };
  return {
    hub,
    workers: {
      register,
      received: (handler) => (workers.get(handler)?.received ?? []).map(plain),
      events: (handler) => eventsOf(workers.get(handler)),
      disconnects: (handler) => told.filter((name) => name === handler).length,
      say: async ({ content, ...data }, { signal, answerWithinMs } = {}) => {
        const bytes = rawData.write({ ...data, content: Buffer.from(content) });
        const sent = client.call('/yggdrasil.Dispatcher/Send', bytes, answerWithinMs, signal);
        const refused = (error: unknown): undefined => {
          if (String(error).includes(GIVEN_UP)) return undefined;
          if (String(error).includes('RESOURCE_EXHAUSTED')) return undefined;
          throw error;
        };
        return sent.then(readAnswer, refused);
      },
      hang: (isHanging) => {
        letGo();
        release = isHanging ? new Promise((resolve) => (letGo = resolve)) : Promise.resolve();
      },
      kill: async (handler) => workers.get(handler)?.die(),
    },
    dispose: async () => {
      letGo();
      client.close();
      for (const worker of workers.values()) worker.die();
    },
  };
}

describeWorkerHubContract('createDispatcher with workers of the newer generation', {
  createSubject: () => createSubject('newer'),
});
describeWorkerHubContract('createDispatcher with workers of the older generation', {
  createSubject: () => createSubject('older'),
  hasEvents: false,
});
