import { K4eError, errorText, isRecord } from '@k4e/core';
import type { Clock, Logger, ResourceScope, WatchEvent } from '@k4e/core/ports';
import type { Resource, ResourceKind } from '@k4e/core/resources';
import type { ApiStream, Connection } from '../connection/index.ts';
import { readApiStatus, toApiStatus, toK4eError } from '../errors/index.ts';
import { collectionPath, withQuery } from './paths.ts';
import { toResource } from './resource-body.ts';
import { splitLines } from './split-lines.ts';

/** Seconds after which the server is asked to end a watch, so that it moves to another replica now and then. */
export const WATCH_TIMEOUT_SECONDS = 480;
/** Milliseconds without a byte after which a watch is given up as dead: bookmarks come about every minute. */
export const WATCH_SILENCE_MS = 150_000;

/** Longest answer to a refused watch that is read, in characters. */
const REFUSAL_MAX_LENGTH = 65_536;

/** What a watch works with. */
export interface WatchParts {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly watchTimeoutSeconds: number;
}

const TYPES: Readonly<Record<string, 'added' | 'modified' | 'deleted'>> = {
  ADDED: 'added',
  MODIFIED: 'modified',
  DELETED: 'deleted',
};

function parseLine(line: string, kind: ResourceKind<Resource>): Readonly<Record<string, unknown>> {
  try {
    const event: unknown = JSON.parse(line);
    if (isRecord(event)) return event;
  } catch {
    // Told below.
  }
  throw new K4eError('STORE_UNAVAILABLE', {
    subject: kind.kind,
    message: 'a watch brought something that is not JSON',
  });
}

/** The event in a line. Throws what an `ERROR` event says; `undefined` for a kind of event that is not known. */
function toWatchEvent<T extends Resource>(kind: ResourceKind<T>, line: string): WatchEvent<T> | undefined {
  const event = parseLine(line, kind);
  if (event.type === 'ERROR')
    throw toK4eError(toApiStatus(event.object, 500, undefined), kind.kind, { isWrite: false });
  const type = typeof event.type === 'string' ? TYPES[event.type] : undefined;
  if (type !== undefined) return { type, resource: toResource(kind, event.object) };
  const metadata = isRecord(event.object) && isRecord(event.object.metadata) ? event.object.metadata : {};
  if (event.type !== 'BOOKMARK' || typeof metadata.resourceVersion !== 'string') return undefined;
  return { type: 'bookmark', resourceVersion: metadata.resourceVersion };
}

async function refusal(stream: ApiStream, kind: ResourceKind<Resource>): Promise<K4eError> {
  let body = '';
  for await (const line of splitLines(stream.chunks)) {
    body += line;
    if (body.length > REFUSAL_MAX_LENGTH) break;
  }
  return toK4eError(readApiStatus({ ...stream, body }), kind.kind, { isWrite: false });
}

/** What ends a watch from here: its signal, silence for `WATCH_SILENCE_MS`, or its reader. */
function createWatchEnd(clock: Clock, signal: AbortSignal) {
  let isHere = false;
  let stream: ApiStream | undefined;
  const come = (): void => {
    isHere = true;
    cancel();
    signal.removeEventListener('abort', come);
    stream?.close();
  };
  let cancel = clock.schedule(WATCH_SILENCE_MS, come);
  signal.addEventListener('abort', come, { once: true });
  return {
    come,
    isHere: (): boolean => isHere,
    heard: (): void => {
      cancel();
      cancel = clock.schedule(WATCH_SILENCE_MS, come);
    },
    closes(opened: ApiStream): void {
      stream = opened;
      if (isHere) opened.close();
    },
  };
}

function toWatchError(error: unknown, { kind }: ResourceKind<Resource>): unknown {
  if (error instanceof K4eError) return error;
  const message = `a watch broke: ${errorText(error)}`;
  return new K4eError('STORE_UNAVAILABLE', { subject: kind, message, cause: error });
}

async function* heardChunks(chunks: AsyncIterable<Buffer>, heard: () => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    heard();
    yield chunk;
  }
}

/** Watches a kind from a version. Ends when the server ends it, when the connection is silent for too long, and when `signal` fires. */
export async function* watchResources<T extends Resource>(
  parts: WatchParts,
  kind: ResourceKind<T>,
  scope: ResourceScope,
  { resourceVersion, signal }: { readonly resourceVersion: string; readonly signal: AbortSignal },
): AsyncGenerator<WatchEvent<T>> {
  if (signal.aborted) return;
  const { labelSelector } = scope;
  const timeoutSeconds = parts.watchTimeoutSeconds;
  const query = { watch: true, resourceVersion, labelSelector, allowWatchBookmarks: true, timeoutSeconds };
  const request = { method: 'GET', path: withQuery(collectionPath(kind, scope.namespace), query), signal } as const;
  const end = createWatchEnd(parts.clock, signal);
  try {
    const stream = await parts.connection.open(request);
    end.closes(stream);
    if (stream.status !== 200) throw await refusal(stream, kind);
    for await (const line of splitLines(heardChunks(stream.chunks, end.heard))) {
      const event = toWatchEvent(kind, line);
      if (event !== undefined) yield event;
      if (end.isHere()) return;
    }
  } catch (error) {
    if (end.isHere()) return;
    parts.logger.debug('a watch ended', { kind: kind.kind, cause: errorText(error) });
    throw toWatchError(error, kind);
  } finally {
    end.come();
  }
}
