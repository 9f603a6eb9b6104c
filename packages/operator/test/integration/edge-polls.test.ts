import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { K4eError } from '@k4e/core';
import type { EdgeApi } from '@k4e/core/control-plane';
import { API_BASE_PATH, createMessage } from '@k4e/core/protocol';
import { exchange, openSocket, rawRequest } from '../support/raw-http.ts';
import type { RawRequest } from '../support/raw-http.ts';
import { startEdgeServer } from '../support/start-edge-server.ts';
import type { StartedEdgeServer } from '../support/start-edge-server.ts';

const DEVICE = 'edge-1';
const DATA_IN = `${API_BASE_PATH}/data/${DEVICE}/in`;
const CONTROL_IN = `${API_BASE_PATH}/control/${DEVICE}/in`;

let script: Partial<EdgeApi> = {};
let started: StartedEdgeServer;
beforeAll(async () => {
  started = await startEdgeServer({
    poll: (...call) => script.poll?.(...call) ?? Promise.reject(new K4eError('NOT_FOUND')),
  });
});
afterAll(() => started.stop());
beforeEach(() => {
  script = {};
});

const send = (method: string, path: string, request?: RawRequest) =>
  exchange(started.url, rawRequest(method, path, request));
const lastCall = () => started.edgeApi.calls.at(-1);

describe('a poll that says what the device has', () => {
  const headers = ['Prefer: wait=25', 'If-None-Match: W/"a.1"'];
  const message = createMessage({ type: 'data', content: {} }, { nowMs: Date.UTC(2021, 10, 23), id: 'm-1' });

  test.each([
    [DATA_IN, 'data'],
    [CONTROL_IN, 'control'],
  ] as const)('GET %s: the edge API is told, and its answer has a name', async (path, channel) => {
    const polls: unknown[] = [];
    script.poll = (...call) => {
      polls.push(call.slice(0, 3));
      return Promise.resolve({ isUnchanged: false, message, tag: 'b.2', isHeld: true });
    };
    const answer = await send('GET', path, { headers });
    expect(polls).toEqual([[channel, DEVICE, { tag: 'a.1', waitSeconds: 25 }]]);
    expect(answer).toMatchObject({ status: 200, headers: { etag: 'W/"b.2"', 'preference-applied': 'wait' } });
    expect(JSON.parse(answer.body)).toMatchObject({ message_id: 'm-1' });
  });

  test('with nothing new: 304, and not one byte', async () => {
    script.poll = () => Promise.resolve({ isUnchanged: true, tag: 'a.1', isHeld: false });
    const answer = await send('GET', DATA_IN, { headers });
    expect(answer).toMatchObject({ status: 304, body: '', headers: { etag: 'W/"a.1"' } });
    expect(answer.headers).not.toHaveProperty('preference-applied');
    expect(answer.headers).not.toHaveProperty('content-type');
  });

  test('with nothing at all: 200, and not one byte', async () => {
    script.poll = () => Promise.resolve({ isUnchanged: false, message: undefined, tag: 'idle', isHeld: true });
    const answer = await send('GET', CONTROL_IN, { headers });
    expect(answer).toMatchObject({ status: 200, body: '', headers: { 'content-type': 'application/json' } });
  });

  test('of a device that is not known: 404', async () => {
    expect(await send('GET', DATA_IN, { headers })).toMatchObject({ status: 404, body: '' });
  });

  test('an old peer is answered as ever: no name, no terms', async () => {
    const answer = await send('GET', DATA_IN, { headers: ['Prefer: respond-async'] });
    expect(answer.headers).not.toHaveProperty('etag');
    expect(answer.headers).not.toHaveProperty('preference-applied');
    expect(lastCall()).toEqual({ call: 'fetchData', deviceId: DEVICE });
  });

  test('ends for the edge API when its device goes away', async () => {
    const gone = new Promise<void>((resolve) => {
      script.poll = (_channel, _id, _wish, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            resolve();
            reject(new K4eError('ABORTED'));
          });
        });
    });
    const socket = await openSocket(started.url);
    socket.write(rawRequest('GET', DATA_IN, { headers }));
    await expect.poll(() => lastCall()?.call).toBe('poll data');
    socket.destroy();
    await gone;
  });
});
