import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { K4eError } from '@k4e/core';
import type { EdgeApi } from '@k4e/core/control-plane';
import { API_BASE_PATH, createMessage } from '@k4e/core/protocol';
import { exchange, rawRequest } from '../support/raw-http.ts';
import type { RawAnswer, RawRequest } from '../support/raw-http.ts';
import { startEdgeServer } from '../support/start-edge-server.ts';
import type { StartedEdgeServer } from '../support/start-edge-server.ts';

const DEVICE = '242e48d0-286b-4170-9b97-95502066e6ae';
const DATA_IN = `${API_BASE_PATH}/data/${DEVICE}/in`;
const DATA_OUT = `${API_BASE_PATH}/data/${DEVICE}/out`;
const CONTROL_IN = `${API_BASE_PATH}/control/${DEVICE}/in`;
const CONTROL_OUT = `${API_BASE_PATH}/control/${DEVICE}/out`;

/** As yggd writes it: all eight keys, a nil map as null, its own date with nanoseconds. */
const HEARTBEAT = {
  type: 'data',
  message_id: '5d5c6e3a-59a1-4a2d-b3a3-7a8f4c3e2d1b',
  response_to: '',
  version: 1,
  sent: '2021-11-23T02:16:37.697123456+02:00',
  directive: 'heartbeat',
  metadata: null,
  content: { status: 'up', version: '123', time: '2021-11-23T02:16:37.697+02:00', workloads: null },
};

let script: Partial<EdgeApi> = {};
let started: StartedEdgeServer;

beforeAll(async () => {
  started = await startEdgeServer({
    fetchData: (...call) => script.fetchData?.(...call) ?? Promise.resolve(undefined),
    acceptData: (...call) => script.acceptData?.(...call) ?? Promise.resolve(),
    fetchControl: (...call) => script.fetchControl?.(...call) ?? Promise.resolve(undefined),
    acceptControl: (...call) => script.acceptControl?.(...call) ?? Promise.resolve(),
  });
});
afterAll(() => started.stop());
beforeEach(() => {
  script = {};
});

const send = (method: string, path: string, request?: RawRequest) =>
  exchange(started.url, rawRequest(method, path, request));
const post = (path: string, message: unknown) => send('POST', path, { body: JSON.stringify(message) });
const lastCall = () => started.edgeApi.calls.at(-1);
const callCount = () => started.edgeApi.calls.length;

function expectWords({ body }: RawAnswer, code: number, words: string): void {
  expect(JSON.parse(body)).toMatchObject({ code });
  expect(body).toContain(words);
}

describe('the four endpoints', () => {
  test('GET data/in answers the message, without a charset and without nulls', async () => {
    const content = { device_id: DEVICE, version: '7', configuration: undefined, workloads: undefined };
    const parts = { type: 'data', directive: 'device', content } as const;
    script.fetchData = () => Promise.resolve(createMessage(parts, { nowMs: Date.UTC(2021, 10, 23), id: 'm-1' }));
    const answer = await send('GET', DATA_IN);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(answer.body)).toStrictEqual({
      type: 'data',
      message_id: 'm-1',
      version: 1,
      sent: '2021-11-23T00:00:00.000Z',
      directive: 'device',
      content: { device_id: DEVICE, version: '7' },
    });
    expect(lastCall()).toEqual({ call: 'fetchData', deviceId: DEVICE });
  });

  test('GET control/in with nothing to say: the content type of JSON, and not one byte', async () => {
    const answer = await send('GET', CONTROL_IN);
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'content-length': '0' });
  });

  test('GET control/in with a command keeps its literal null', async () => {
    const content = { command: 'disconnect', arguments: null };
    script.fetchControl = () =>
      Promise.resolve(createMessage({ type: 'command', content }, { nowMs: Date.UTC(2021, 10, 23), id: 'm-2' }));
    const answer = await send('GET', CONTROL_IN);
    expect(answer.body).toContain('"content":{"command":"disconnect","arguments":null}');
    expect(JSON.parse(answer.body)).not.toHaveProperty('directive');
  });

  test.each([
    [DATA_OUT, 'acceptData'],
    [CONTROL_OUT, 'acceptControl'],
  ])('POST %s hands the message on and answers 200 with nothing', async (path, call) => {
    const answer = await post(path, HEARTBEAT);
    expect(answer).toMatchObject({ status: 200, body: '' });
    expect(answer.headers).not.toHaveProperty('content-type');
    expect(lastCall()).toMatchObject({ call, deviceId: DEVICE, message: { directive: 'heartbeat' } });
    expect(lastCall()?.message?.content).toEqual(HEARTBEAT.content);
  });

  test('a charset in the content type of a POST is fine', async () => {
    const body = JSON.stringify(HEARTBEAT);
    expect(await send('POST', DATA_OUT, { body, contentType: 'application/json; charset=utf-8' })).toMatchObject({
      status: 200,
    });
  });

  test('the answer to a request in pieces is the same', async () => {
    const body = JSON.stringify(HEARTBEAT);
    const half = Math.floor(body.length / 2);
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
    const head = rawRequest('POST', DATA_OUT, {
      contentType: 'application/json',
      headers: ['Transfer-Encoding: chunked'],
    });
    const chunked = `${head.toString()}${chunk(body.slice(0, half))}${chunk(body.slice(half))}0\r\n\r\n`;
    expect(await exchange(started.url, chunked)).toMatchObject({ status: 200, body: '' });
  });
});

describe('what the edge API says becomes a status', () => {
  test.each([
    ['INVALID_INPUT', 400, 'd1: no such directive'],
    ['STORE_UNAVAILABLE', 503, 'd1: no such directive'],
    ['KIND_NOT_SERVED', 503, 'd1: no such directive'],
    ['ABORTED', 503, 'the operator is shutting down'],
  ] as const)('%s is %i and says why', async (code, status, message) => {
    script.acceptData = () => Promise.reject(new K4eError(code, { subject: 'd1', message: 'no such directive' }));
    const answer = await post(DATA_OUT, HEARTBEAT);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ code: status, message });
    expect(answer.headers['retry-after']).toBe(status === 503 ? '5' : undefined);
  });

  test.each([
    ['NOT_FOUND', 404],
    ['FORBIDDEN', 500],
    ['INTERNAL', 500],
  ] as const)('%s is %i with neither body nor content type', async (code, status) => {
    script.fetchData = () => Promise.reject(new K4eError(code, { message: 'the words of the inside' }));
    const answer = await send('GET', DATA_IN);
    expect(answer).toMatchObject({ status, body: '' });
    expect(answer.headers).not.toHaveProperty('content-type');
  });

  test('anything else that is thrown is 500, logged once for many, and its words stay inside', async () => {
    script.fetchControl = () => Promise.reject(new Error('secret of the inside'));
    for (let round = 0; round < 3; round++)
      expect(await send('GET', CONTROL_IN)).toMatchObject({ status: 500, body: '' });
    expect(started.logger.lines.filter(({ fields }) => fields.endpoint === 'control-in')).toHaveLength(1);
  });

  test('an answer over the limit is a failure that the log explains', async () => {
    script.fetchData = () => Promise.resolve({ type: 'data', content: 'x'.repeat(1_048_576) });
    expect(await send('GET', DATA_IN)).toMatchObject({ status: 500, body: '' });
    expect(started.logger.lines.at(-1)).toMatchObject({ fields: { code: 'TOO_LARGE', deviceId: DEVICE } });
  });
});

describe('paths and methods', () => {
  test.each([
    '/',
    '/api/k4e-management/v1',
    `${API_BASE_PATH}/data/${DEVICE}`,
    `${API_BASE_PATH}/data/${DEVICE}/sideways`,
    `${API_BASE_PATH}/data/${DEVICE}/in/`,
    `${API_BASE_PATH}/other/${DEVICE}/in`,
    '/api/flotta-management/v1/data/d1/in',
  ])('%s is not found', async (path) => {
    const answer = await send('GET', `${path}?a=b`);
    expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(answer.body)).toEqual({ code: 404, message: `path ${path} was not found` });
  });

  test.each([
    ['POST', DATA_IN, 'GET'],
    ['HEAD', DATA_IN, 'GET'],
    ['OPTIONS', CONTROL_IN, 'GET'],
    ['DELETE', CONTROL_IN, 'GET'],
    ['GET', DATA_OUT, 'POST'],
    ['PUT', CONTROL_OUT, 'POST'],
    ['PATCH', DATA_OUT, 'POST'],
    ['PROPFIND', DATA_OUT, 'POST'],
    ['POST', '/openapi.json', 'GET'],
  ])('%s %s is 405 and allows %s', async (method, path, allow) => {
    const before = callCount();
    const answer = await send(method, path);
    expect(answer).toMatchObject({ status: 405, headers: { allow } });
    if (method !== 'HEAD') expect(JSON.parse(answer.body)).toMatchObject({ code: 405 });
    expect(callCount()).toBe(before);
  });

  test('the wrong method is 405 whatever comes with it', async () => {
    expect(await send('PUT', DATA_OUT, { body: 'x', contentType: 'text/plain' })).toMatchObject({ status: 405 });
    expect(await send('POST', '/nowhere', { body: '{', contentType: 'application/json' })).toMatchObject({
      status: 404,
    });
  });

  test.each(['/openapi.json', '/swagger.json'])('%s describes the API', async (path) => {
    const answer = await send('GET', path);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(answer.body)).toMatchObject({ openapi: '3.0.3' });
  });
});

describe('device ids', () => {
  test.each([
    'A-DEVICE',
    '-a',
    'a.b',
    'a_b',
    '..',
    '%2e%2e%2fsecrets',
    '%00',
    'a%0Ab',
    'x'.repeat(64),
    'x'.repeat(4_000),
    '%F0%9F%92%A9',
  ])('%s is no DNS label', async (id) => {
    const before = callCount();
    for (const answer of [
      await send('GET', `${API_BASE_PATH}/data/${id}/in`),
      await send('POST', `${API_BASE_PATH}/control/${id}/out`, { body: JSON.stringify(HEARTBEAT) }),
    ]) {
      expect(answer.status).toBe(400);
      expectWords(answer, 400, 'DNS label');
    }
    expect(callCount()).toBe(before);
  });

  test('a path that cannot be decoded is 400', async () => {
    const answer = await send('GET', `${API_BASE_PATH}/data/%zz/in`);
    expect(answer).toMatchObject({ status: 400, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 400 });
  });

  test('the longest label is fine', async () => {
    expect(await send('GET', `${API_BASE_PATH}/data/${'x'.repeat(63)}/in`)).toMatchObject({ status: 200 });
  });
});

describe('content types', () => {
  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonp',
    'application/yaml',
    'nonsense',
    null,
  ])('%s is 415', async (contentType) => {
    const answer = await send('POST', DATA_OUT, { body: JSON.stringify(HEARTBEAT), contentType });
    expect(answer).toMatchObject({ status: 415, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(answer.body)).toMatchObject({ code: 415 });
  });
});

describe('the envelope', () => {
  test.each([
    ['no body at all', undefined],
    ['an empty body', ''],
    ['null', 'null'],
  ])('%s is 422 with code 602', async (_name, body) => {
    const answer = await send('POST', DATA_OUT, { ...(body === undefined ? {} : { body }) });
    expect(answer.status).toBe(422);
    expectWords(answer, 602, 'required');
  });

  test.each([
    ['an unknown type', { ...HEARTBEAT, type: 'gossip' }, 606, 'type'],
    ['a sent that is no date', { ...HEARTBEAT, sent: 'yesterday' }, 601, 'sent'],
    ['a version that is no integer', { ...HEARTBEAT, version: 'one' }, 601, 'version'],
    ['a directive that is no text', { ...HEARTBEAT, directive: {} }, 601, 'directive'],
    ['metadata that is no object', { ...HEARTBEAT, metadata: 'x' }, 601, 'metadata'],
    ['a message id without end', { ...HEARTBEAT, message_id: 'x'.repeat(5_000) }, 603, 'message_id'],
    ['a list', [HEARTBEAT], 601, 'body'],
    ['a text', 'hello', 601, 'body'],
  ])('%s is 422', async (_name, message, code, where) => {
    const before = callCount();
    const answer = await post(DATA_OUT, message);
    expect(answer.status).toBe(422);
    expectWords(answer, code, where);
    expect(callCount()).toBe(before);
  });

  test.each([
    ['without fraction', '2021-11-23T02:16:37Z'],
    ['with nine digits', '2021-11-23T02:16:37.123456789-05:30'],
    ['without seconds and offset', '2021-11-23T02:16'],
    ['never set', '0001-01-01T00:00:00.000Z'],
    ['empty', ''],
  ])('a date %s is fine', async (_name, sent) => {
    expect(await post(DATA_OUT, { ...HEARTBEAT, sent })).toMatchObject({ status: 200 });
  });

  test.each([
    ['nothing but a directive', { directive: 'heartbeat' }],
    ['an empty object', {}],
    ['unknown members', { ...HEARTBEAT, gossip: { deep: [1] } }],
    ['metadata', { ...HEARTBEAT, metadata: { a: 'b' } }],
    ['a version of another envelope', { ...HEARTBEAT, version: 7 }],
  ])('%s is fine', async (_name, message) => {
    expect(await post(DATA_OUT, message)).toMatchObject({ status: 200 });
  });

  test.each([
    ['cut short', '{"type": "da'],
    ['text', 'hello'],
    ['zeros', Buffer.alloc(64)],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0xfe, 0x22])],
    ['compressed', Buffer.from('1f8b080000000000000303000000000000000000', 'hex')],
  ])('a body that is %s is 400', async (_name, body) => {
    const answer = await send('POST', DATA_OUT, { body });
    expect(answer.status).toBe(400);
    expectWords(answer, 400, 'the body');
  });

  test('a body that names prototypes changes none', async () => {
    const body =
      '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"directive":"heartbeat"}';
    expect(await send('POST', DATA_OUT, { body })).toMatchObject({ status: 200 });
    expect(lastCall()?.message).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
  });

  test('nothing of a body is logged', async () => {
    await post(DATA_OUT, { ...HEARTBEAT, type: 'TOP-SECRET' });
    await send('POST', DATA_OUT, { body: '{"TOP-SECRET' });
    expect(JSON.stringify(started.logger.lines)).not.toContain('TOP-SECRET');
  });
});

test('requests are counted by endpoint and status', async () => {
  await send('GET', CONTROL_IN);
  await send('GET', '/nowhere');
  const metrics = await started.metrics();
  expect(metrics).toMatch(/k4e_edge_api_requests_total\{endpoint="control-in",status="200"\} \d+/);
  expect(metrics).toMatch(/k4e_edge_api_requests_total\{endpoint="data-out",status="422"\} \d+/);
  expect(metrics).toMatch(/k4e_edge_api_requests_total\{endpoint="none",status="404"\} \d+/);
  expect(metrics).toMatch(/k4e_edge_api_request_duration_seconds_count\{endpoint="control-in"\} \d+/);
});
