import { randomUUID } from 'node:crypto';
import { createGateway } from '@k4e/core/gateway';
import { createHttpLink, createInProcessHub, createInProcessLink } from '@k4e/core/link';
import type { WorkerHub } from '@k4e/core/ports';
import { EdgeApiClient } from '@k4e/core/protocol';
import { createSystemClock } from '@k4e/core/system';
import type { EdgeApiFault } from '@k4e/core/testing';
import { EDGE_API_FAULTS, createMemoryLogger, createMemoryStateStore, startFakeEdgeApi } from '@k4e/core/testing';
import { describeDeviceLinkContract } from './device-link-contract.ts';
import type { DeviceLinkSubject } from './device-link-subject.ts';

const DEVICE = 'edge-1';
const TIMEOUT_MS = 250;
const BACKOFF = { firstMs: 10, maxMs: 50, factor: 2, jitter: 0.5 };
const FAULTS: Readonly<Record<string, EdgeApiFault>> = EDGE_API_FAULTS;
const REFUSED = 'answers 400';

/** A whole way: the device's link in this process, our gateway, HTTP, and an edge API behind it. */
async function createSubject(): Promise<DeviceLinkSubject> {
  const api = await startFakeEdgeApi({ holdsPolls: true });
  const [clock, logger, stop] = [createSystemClock(), createMemoryLogger(), new AbortController()];
  const hub = createInProcessHub({ clock });
  const listening = Promise.withResolvers<undefined>();
  const delivered = new Set<string>();
  const watched: WorkerHub = {
    serve: (listener, options) => hub.serve(listener, options),
    workers: () => hub.workers(),
    release: (pid) => hub.release(pid),
    disconnect: (handler, options) => hub.disconnect(handler, options),
    notify: (handler, event, options) => hub.notify(handler, event, options),
    send: async (handler, data, options) => {
      const answer = await hub.send(handler, data, options);
      delivered.add(data.messageId);
      return answer;
    },
  };
  const parts = { clock, logger, random: Math.random };
  const client = new EdgeApiClient({ url: api.url, timeoutMs: TIMEOUT_MS });
  const pace = { minIntervalMs: 10, unknownDeviceIntervalMs: 10, holdSeconds: 1, backoff: BACKOFF };
  const transport = createHttpLink({ ...parts, ...pace, client, deviceId: DEVICE, pollIntervalMs: () => 10 });
  const state = createMemoryStateStore();
  const gateway = createGateway({
    ...parts,
    ...{ transport, state, hub: watched, uuid: randomUUID, facts: async () => ({}) },
    onListening: () => listening.resolve(undefined),
  });
  const done = gateway.run(stop);
  await listening.promise;
  const link = createInProcessLink({ hub, handler: 'device', pid: process.pid, clock, logger });
  const isData = ({ path }: { readonly path: string }): boolean => path.endsWith('/data/' + DEVICE + '/out');
  return {
    link,
    controlPlane: {
      setConfiguration: (message) => api.setConfiguration(message),
      queueCommand: (message) => api.queueCommand(message),
      setKnown: (isKnown) => api.setKnown(isKnown),
      seen: () => {
        const seen = api.seen();
        return delivered.has(seen?.message_id ?? '') ? seen : undefined;
      },
      received: () => api.taken().filter(({ type }) => type === 'data'),
      sendCount: () => api.requests().filter(isData).length,
      fail: async (way) => api.setFault(FAULTS[way]),
      recover: async () => api.setFault(undefined),
    },
    dispose: async () => {
      link.close();
      stop.abort();
      await done;
      await api.stop();
    },
  };
}

/** What the gateway keeps for later is not lost, so that of failures only a refusal is a single attempt. */
describeDeviceLinkContract('createInProcessLink before a gateway over HTTP', {
  createSubject,
  failures: { [REFUSED]: 'LINK_REFUSED' },
  outages: Object.keys(EDGE_API_FAULTS).filter((way) => way !== 'answers 503 and asks to wait'),
  isBehindGateway: true,
  doesRetry: false,
});
