import { K4eError, hasCode } from '@k4e/core';
import type { z } from 'zod';
import type { PodmanLimits } from '../podman-limits.ts';
import { engineTraits } from './engine-version.ts';
import type { EngineTraits } from './engine-version.ts';
import type { LibpodClient } from './libpod-client.ts';
import type { LibpodAnswer, LibpodRequest, LibpodStream } from './libpod-request.ts';
import { failure, refusalText } from './refusal.ts';

/** Podman's API at the version of the engine that answers. Request paths are below the API's own root. */
export interface LibpodApi {
  readonly limits: PodmanLimits;
  /** Asked once, and again after the engine was away: it may have been upgraded. */
  traits(signal: AbortSignal | undefined): Promise<EngineTraits>;
  call(request: LibpodRequest): Promise<LibpodAnswer>;
  stream(request: LibpodRequest): Promise<LibpodStream>;
}

/** Creates the API over a client. */
export function createLibpodApi(client: LibpodClient, limits: PodmanLimits): LibpodApi {
  let known: EngineTraits | undefined;
  const traits = async (signal: AbortSignal | undefined): Promise<EngineTraits> =>
    (known ??= await askVersion(client, signal));
  const versioned = async <T>(request: LibpodRequest, send: (request: LibpodRequest) => Promise<T>): Promise<T> => {
    try {
      const { apiPath } = await traits(request.signal);
      return await send({ ...request, path: `${apiPath}/${request.path}` });
    } catch (error) {
      if (hasCode(error, 'RUNTIME_UNAVAILABLE')) known = undefined;
      throw error;
    }
  };
  return {
    limits,
    traits,
    call: (request) => versioned(request, client.call),
    stream: (request) => versioned(request, client.stream),
  };
}

async function askVersion(client: LibpodClient, signal: AbortSignal | undefined): Promise<EngineTraits> {
  const answer = await client.call({ method: 'GET', path: '/_ping', signal });
  const version = answer.header('Libpod-API-Version');
  if (version !== undefined) return engineTraits(version);
  throw new K4eError('RUNTIME_UNAVAILABLE', { message: 'what answers on the socket is not podman' });
}

/** The answer to a question, in the shape asked for. Rejects when podman refuses it or answers another shape. */
export async function ask<T extends z.ZodType>(api: LibpodApi, shape: T, request: LibpodRequest): Promise<z.output<T>> {
  const answer = await api.call(request);
  if (!isDone(answer)) throw failure(request.path, refusalText(answer), api.limits.errorTextLength);
  const parsed = shape.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  const message = `podman answered ${request.method} ${request.path} in a shape that is not known`;
  throw new K4eError('RUNTIME_FAILED', { message, cause: parsed.error });
}

/** Whether podman did it, or found it done (304). */
export function isDone(answer: LibpodAnswer): boolean {
  return (answer.status >= 200 && answer.status < 300) || answer.status === 304;
}

/** The `filters` query of podman's listings and events: all keys must match, any value of a key. */
export function filtersQuery(filters: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, string>> {
  return { filters: JSON.stringify(filters) };
}
