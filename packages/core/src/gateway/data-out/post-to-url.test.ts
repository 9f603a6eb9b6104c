import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { WorkerAnswer, WorkerData } from '../../ports/index.ts';
import { MAX_WORKER_CONTENT_BYTES } from '../../ports/index.ts';
import { createFakeClock } from '../../testing/index.ts';
import { createWebClient } from '../web/index.ts';
import type { WebRequest } from '../web/index.ts';
import { MAX_URL_HEADERS, URL_REQUEST_LIMIT_MS, postToUrl } from './post-to-url.ts';

const data = (directive: string, metadata: WorkerData['metadata'] = {}): WorkerData => ({
  ...{ messageId: '', responseTo: '', directive, metadata },
  content: new TextEncoder().encode('{"a":1}'),
});
const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));
const never = new AbortController().signal;

async function serve(answer: { status: number; body: string; headers?: Record<string, string | string[]> }) {
  const requests: { method: string | undefined; url: string | undefined; headers: unknown; body: string }[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      requests.push({ method: request.method, url: request.url, headers: request.headers, body });
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const post = (path: string, metadata?: WorkerData['metadata'], allowedHosts = [host]): Promise<WorkerAnswer> =>
    postToUrl(
      data(`http://${host}${path}`, metadata),
      { web: createWebClient(), clock: createFakeClock(), allowedHosts },
      never,
    );
  return { requests, post };
}

test('the content is posted with the metadata as headers, and the answer comes back as it is', async () => {
  const { requests, post } = await serve({ status: 418, body: '{"ok":false}', headers: { 'X-A': ['1', '2'] } });
  const answer = await post('/x?y', { 'X-Token': 't', Host: 'evil', 'content-length': '3' });
  expect(answer).toMatchObject({ statusCode: 418, body: { ok: false }, metadata: { 'x-a': '1, 2' } });
  expect(requests).toMatchObject([
    { method: 'POST', url: '/x?y', body: '{"a":1}', headers: { 'x-token': 't', 'content-type': 'application/json' } },
  ]);
  expect(JSON.stringify(requests)).not.toContain('evil');
});

test('a redirect is not followed, and text is given as text', async () => {
  const { requests, post } = await serve({
    status: 302,
    body: 'over there',
    headers: { Location: 'http://127.0.0.1:1/' },
  });
  expect(await post('/')).toMatchObject({ statusCode: 302, body: 'over there' });
  expect(requests).toHaveLength(1);
});

test('an answer that is too large is a failure', async () => {
  const { post } = await serve({ status: 200, body: 'x'.repeat(MAX_WORKER_CONTENT_BYTES + 1) });
  expect(await post('/')).toMatchObject({ statusCode: 413 });
});

test('a host that is not allowed is never called', async () => {
  const { requests, post } = await serve({ status: 200, body: '' });
  expect(await post('/', {}, ['127.0.0.1'])).toMatchObject({ statusCode: 403 });
  expect(requests).toEqual([]);
});

test('a server that is not there is 502', async () => {
  const parts = { web: createWebClient(), clock: createFakeClock(), allowedHosts: ['127.0.0.1:9'] };
  expect(await postToUrl(data('http://127.0.0.1:9/'), parts, never)).toMatchObject({ statusCode: 502 });
});

test('a server that never answers is 504 when the time is over', async () => {
  const clock = createFakeClock();
  const web = (): Promise<never> => new Promise(() => undefined);
  const answers: WorkerAnswer[] = [];
  void postToUrl(data('http://a/'), { web, clock, allowedHosts: ['a'] }, never).then((answer) => answers.push(answer));
  await clock.advance(URL_REQUEST_LIMIT_MS - 1);
  expect(answers).toEqual([]);
  await clock.advance(1);
  expect(answers).toMatchObject([{ statusCode: 504 }]);
});

test.each<[string, WorkerData['metadata']]>([
  ['a line break in a value', { 'X-A': 'a\r\nX-B: b' }],
  ['a space in a name', { 'X A': 'a' }],
  ['too many', Object.fromEntries(Array.from({ length: MAX_URL_HEADERS + 1 }, (_, i) => [`x-${i}`, '1']))],
])('metadata that are no headers are refused: %s', async (_name, metadata) => {
  const calls: WebRequest[] = [];
  const web = (request: WebRequest): Promise<never> => Promise.reject(new Error(String(calls.push(request))));
  const parts = { web, clock: createFakeClock(), allowedHosts: ['a'] };
  expect(await postToUrl(data('http://a/', metadata), parts, never)).toMatchObject({ statusCode: 400 });
  expect(calls).toEqual([]);
});
