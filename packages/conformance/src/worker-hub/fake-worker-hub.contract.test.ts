import { createFakeWorkerHub } from '@k4e/core/testing';
import { describeWorkerHubContract } from './worker-hub-contract.ts';
import type { WorkerHubSubject } from './worker-hub-subject.ts';

async function createSubject(): Promise<WorkerHubSubject> {
  const hub = createFakeWorkerHub();
  return {
    hub,
    workers: {
      register: async ({ handler, ...details }) => hub.register(handler, details),
      received: (name) => hub.delivered().flatMap(({ handler, data }) => (handler === name ? [data] : [])),
      disconnects: (name) => hub.disconnected().filter((handler) => handler === name).length,
      events: (name) => hub.events().flatMap(({ handler, event }) => (handler === name ? [event] : [])),
      say: async (data, options) => {
        const { signal } = options ?? {};
        const answer = hub.say(data.directive, undefined, { ...data, ...options });
        const gone = new Promise<undefined>((resolve) => signal?.addEventListener('abort', () => resolve(undefined)));
        return Promise.race([answer, gone]);
      },
      hang: (isHanging) => hub.hang(isHanging),
      kill: async (handler) => hub.lose(handler),
    },
    dispose: async () => undefined,
  };
}

describeWorkerHubContract('createFakeWorkerHub', { createSubject });
