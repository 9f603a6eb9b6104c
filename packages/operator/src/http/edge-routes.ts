import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance, FastifyRequest, onResponseHookHandler } from 'fastify';
import { K4eError, errorCode, errorText, isDnsLabel, isRecord } from '@k4e/core';
import type { EdgeApi, EdgeReply, PollReply } from '@k4e/core/control-plane';
import type { CallOptions, Logger } from '@k4e/core/ports';
import { readPollWish } from '@k4e/core/protocol';
import type { Message, PollWish } from '@k4e/core/protocol';
import { ACCEPTED, messageBytes, sendAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import { EDGE_ENDPOINTS } from './edge-endpoints.ts';
import type { EdgeEndpoint } from './edge-endpoints.ts';
import type { LogThrottle } from './log-throttle.ts';
import { readBody } from './read-body.ts';
import type { BodyReading } from './read-body.ts';
import { readEnvelope } from './read-envelope.ts';
import { refusal, refusalOf } from './refusal.ts';
import type { RequestMetrics } from './request-metrics.ts';

/** What the routes are made of. */
export interface EdgeRouteParts {
  readonly edgeApi: EdgeApi;
  readonly logger: Logger;
  readonly throttle: LogThrottle;
  readonly metrics: RequestMetrics;
  readonly reading: BodyReading;
  /** The description of the API, as JSON text. */
  readonly openApi: Buffer;
  /** Ends every call when the server will wait no longer. */
  readonly signal: AbortSignal;
}

type Accept = (deviceId: string, message: Message, options: CallOptions) => Promise<void>;

const BAD_DEVICE_ID: Answer = {
  refused: refusal(400, 'the device id is no DNS label: 1 to 63 of a-z, 0-9 and inner hyphens'),
};

/** Registers the endpoints of the edge API. No hooks, no schemas: what a request costs is in these functions. */
export function registerEdgeRoutes(server: FastifyInstance, parts: EdgeRouteParts): void {
  const { edgeApi } = parts;
  registerFetch(server, parts, {
    endpoint: EDGE_ENDPOINTS.dataIn,
    fetch: (id, options) => edgeApi.fetchData(id, options),
    poll: (id, wish, options) => edgeApi.poll('data', id, wish, options),
  });
  registerFetch(server, parts, {
    endpoint: EDGE_ENDPOINTS.controlIn,
    fetch: (id, options) => edgeApi.fetchControl(id, options),
    poll: (id, wish, options) => edgeApi.poll('control', id, wish, options),
  });
  registerAccept(server, parts, EDGE_ENDPOINTS.dataOut, (id, message, options) =>
    edgeApi.acceptData(id, message, options),
  );
  registerAccept(server, parts, EDGE_ENDPOINTS.controlOut, (id, message, options) =>
    edgeApi.acceptControl(id, message, options),
  );
  for (const endpoint of [EDGE_ENDPOINTS.swagger, EDGE_ENDPOINTS.openApi])
    server.get(endpoint.path, counted(parts, endpoint), (_request, reply) =>
      sendAnswer(reply, { text: parts.openApi }),
    );
}

/** An endpoint that devices fetch from. */
interface FetchEndpoint {
  readonly endpoint: EdgeEndpoint;
  readonly fetch: (deviceId: string, options: CallOptions) => Promise<EdgeReply>;
  readonly poll: (deviceId: string, wish: PollWish, options: CallOptions) => Promise<PollReply>;
}

function registerFetch(server: FastifyInstance, parts: EdgeRouteParts, { endpoint, fetch, poll }: FetchEndpoint): void {
  const textOf = (message: EdgeReply): Buffer | undefined =>
    message === undefined ? undefined : withinLimit(messageBytes(message), parts);
  const pollFor = async (deviceId: string, wish: PollWish, response: ServerResponse): Promise<Answer> => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { tag, isHeld, ...reply } = await poll(deviceId, wish, { signal: gone.signal });
    const terms = { tag, isHeld };
    return reply.isUnchanged ? { unchanged: terms } : { text: textOf(reply.message), terms };
  };
  const answerTo = async (deviceId: string, { headers }: FastifyRequest, response: ServerResponse): Promise<Answer> => {
    if (!isDnsLabel(deviceId)) return BAD_DEVICE_ID;
    const wish = readPollWish(headers);
    try {
      if (wish !== undefined) return await pollFor(deviceId, wish, response);
      return { text: textOf(await fetch(deviceId, { signal: parts.signal })) };
    } catch (error) {
      return failure(error, { endpoint, deviceId }, parts);
    }
  };
  server.get(endpoint.path, counted(parts, endpoint), async (request, reply) =>
    sendAnswer(reply, await answerTo(deviceIdOf(request), request, reply.raw)),
  );
}

function registerAccept(server: FastifyInstance, parts: EdgeRouteParts, endpoint: EdgeEndpoint, accept: Accept): void {
  const answerTo = async (deviceId: string, request: IncomingMessage, response: ServerResponse): Promise<Answer> => {
    if (!isDnsLabel(deviceId)) return BAD_DEVICE_ID;
    const body = await readBody(request, response, parts.reading);
    const envelope = 'refused' in body ? body : readEnvelope(body.bytes);
    if ('refused' in envelope) return envelope;
    try {
      await accept(deviceId, envelope.message, { signal: parts.signal });
      return ACCEPTED;
    } catch (error) {
      return failure(error, { endpoint, deviceId }, parts);
    }
  };
  server.post(endpoint.path, counted(parts, endpoint), async (request, reply) =>
    sendAnswer(reply, await answerTo(deviceIdOf(request), request.raw, reply.raw)),
  );
}

/** The device id of the path, decoded. */
function deviceIdOf({ params }: FastifyRequest): string {
  return isRecord(params) && typeof params.deviceId === 'string' ? params.deviceId : '';
}

function counted({ metrics }: EdgeRouteParts, { name }: EdgeEndpoint): { readonly onResponse: onResponseHookHandler } {
  return {
    onResponse: (_request, reply, done) => {
      const isHeld = reply.hasHeader('preference-applied');
      metrics.answered(name, reply.statusCode, isHeld ? undefined : reply.elapsedTime);
      done();
    },
  };
}

/** The peer reads no answer above the limit: better a failure that the operator's log explains. */
function withinLimit(answer: Buffer, { reading }: EdgeRouteParts): Buffer {
  if (answer.length <= reading.limits.bodyBytes) return answer;
  const message = `the answer has ${String(answer.length)} bytes, more than ${String(reading.limits.bodyBytes)}`;
  throw new K4eError('TOO_LARGE', { message, retry: 'never' });
}

/** What a call that failed is answered with. What is not the device's doing is logged. */
function failure(
  error: unknown,
  { endpoint, deviceId }: { readonly endpoint: EdgeEndpoint; readonly deviceId: string },
  { logger, throttle }: EdgeRouteParts,
): Answer {
  const refused = refusalOf(error);
  const code = errorCode(error) ?? 'unknown';
  if (refused.status >= 500)
    throttle.log(`${endpoint.name} ${code}`, (omitted) => {
      const fields = { endpoint: endpoint.name, deviceId, code, status: refused.status, omitted };
      logger.warn(`a request failed: ${errorText(error)}`, fields);
    });
  return { refused };
}
