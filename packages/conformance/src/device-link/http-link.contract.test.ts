import { createHttpLink } from '@k4e/core/device';
import { EdgeApiClient } from '@k4e/core/protocol';
import { createSystemClock } from '@k4e/core/system';
import type { EdgeApiFault, FakeEdgeApi, FakeEdgeApiOptions } from '@k4e/core/testing';
import {
  EDGE_API_FAULTS,
  EDGE_API_FLOODS,
  EDGE_API_GARBAGE,
  createMemoryLogger,
  startFakeEdgeApi,
} from '@k4e/core/testing';
import { expect, test } from 'vitest';
import { describeDeviceLinkContract } from './device-link-contract.ts';
import type { ControlPlaneEnd, DeviceLinkSubject } from './device-link-subject.ts';

const DEVICE = 'edge-1';
const SHORT_INTERVAL_MS = 10;
const LONG_INTERVAL_MS = 600_000;
const TIMEOUT_MS = 250;
const FAULTS: Readonly<Record<string, EdgeApiFault>> = { ...EDGE_API_FAULTS, ...EDGE_API_FLOODS };

function createControlPlane(api: FakeEdgeApi): ControlPlaneEnd {
  const posts = (): number => api.requests().filter(({ method }) => method === 'POST').length;
  return {
    setConfiguration: (message) => api.setConfiguration(message),
    queueCommand: (message) => api.queueCommand(message),
    setKnown: (isKnown) => api.setKnown(isKnown),
    seen: () => api.seen(),
    received: () => api.taken(),
    sendCount: posts,
    fail: async (way) => api.setFault(FAULTS[way]),
    recover: async () => api.setFault(undefined),
  };
}

function createLink(url: string, intervalMs: number) {
  return createHttpLink({
    client: new EdgeApiClient({ url, timeoutMs: TIMEOUT_MS }),
    deviceId: DEVICE,
    clock: createSystemClock(),
    logger: createMemoryLogger(),
    random: Math.random,
    pollIntervalMs: () => intervalMs,
    minIntervalMs: SHORT_INTERVAL_MS,
    unknownDeviceIntervalMs: SHORT_INTERVAL_MS,
    holdSeconds: 1,
    backoff: { firstMs: 10, maxMs: 50, factor: 2, jitter: 0.5 },
  });
}

const subjectOver =
  (options: FakeEdgeApiOptions) =>
  async ({ isPatient }: { readonly isPatient: boolean }): Promise<DeviceLinkSubject> => {
    const api = await startFakeEdgeApi(options);
    return {
      link: createLink(api.url, isPatient ? LONG_INTERVAL_MS : SHORT_INTERVAL_MS),
      controlPlane: createControlPlane(api),
      dispose: () => api.stop(),
    };
  };

/** What asks to wait is left out: it is obeyed, and takes its time. */
const failures = Object.fromEntries(
  Object.entries(FAULTS)
    .filter(([way]) => way !== 'answers 503 and asks to wait')
    .map(([way, { code }]) => [way, code]),
);

describeDeviceLinkContract('createHttpLink', { createSubject: subjectOver({}), failures });
describeDeviceLinkContract('createHttpLink where polls are held', {
  createSubject: subjectOver({ holdsPolls: true }),
  failures,
});

test.each(Object.entries(EDGE_API_GARBAGE))(
  '%s instead of a configuration is an outage like others',
  async (_way, fault) => {
    const api = await startFakeEdgeApi();
    api.setFault(fault);
    const stop = new AbortController();
    const states: string[] = [];
    const link = createLink(api.url, SHORT_INTERVAL_MS);
    const messages = link.receive({ signal: stop.signal, onState: (state) => states.push(JSON.stringify(state)) });
    const next = messages[Symbol.asyncIterator]().next();
    await expect.poll(() => states.length).toBeGreaterThan(2);
    for (const state of states) expect(state).toMatch(/"waiting".*not a message/);
    stop.abort();
    expect((await next).done).toBe(true);
    await api.stop();
  },
);
