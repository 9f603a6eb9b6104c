import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

import type { BucketAccess } from '@k4e/core/ports';

import { answerRequest } from './answer-request.ts';
import type { Answering, Outcome } from './answer-request.ts';
import { emptyBucket } from './bucket-contents.ts';
import type { BucketContents } from './bucket-contents.ts';
import { S3Error, errorDocument } from './s3-error.ts';
import { createFaultSwitch } from './s3-fault.ts';
import type { S3Fault, S3Operation } from './s3-fault.ts';
import { readRequest } from './s3-request.ts';
import type { S3Credentials } from './verify-signature.ts';

/** How an endpoint is started. */
export interface S3EndpointOptions {
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Default: made up. */
  readonly credentials?: S3Credentials;
  /** Buckets that are there from the start. */
  readonly buckets?: readonly string[];
  /** Most bytes that it holds; after that it is full. Default `DEFAULT_MAX_BYTES`. */
  readonly maxBytes?: number;
  /** Certificate and key in PEM: then it speaks TLS. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** ETags are no MD5s, as under encryption with a managed key. Default false. */
  readonly isOpaque?: boolean;
  /** Its clock. Default: that of this machine. */
  readonly nowMs?: () => number;
}

/** An S3 endpoint in this process, in memory: what k4e needs of S3, and faults on demand. */
export interface S3Endpoint {
  /** Scheme, host and port. */
  readonly url: string;
  readonly credentials: S3Credentials;
  /** All that a client needs to know of a bucket. */
  access(bucket: string): BucketAccess;
  /** What is in a bucket, and what is unfinished. Throws when there is no such bucket. */
  bucket(name: string): BucketContents;
  makeBucket(name: string): void;
  /** From now on fails in that way, until `undefined` is set. One fault at a time. */
  setFault(fault: S3Fault | undefined): void;
  /** Bytes of bodies that were sent to it. */
  receivedBytes(): number;
  /** How often each operation was asked for. */
  requestCounts(): ReadonlyMap<S3Operation, number>;
  /** Cuts all connections and stops listening. Idempotent. */
  stop(): Promise<void>;
}

/** What an endpoint holds at most unless told otherwise: 512 MiB. */
export const DEFAULT_MAX_BYTES = 512 * 1024 * 1024;

/** Starts an endpoint; resolves when it listens. */
export async function startS3Endpoint(options: S3EndpointOptions = {}): Promise<S3Endpoint> {
  const credentials = options.credentials ?? {
    accessKeyId: 'k4e-embedded',
    secretAccessKey: randomBytes(20).toString('hex'),
  };
  const buckets = new Map((options.buckets ?? []).map((name) => [name, emptyBucket()]));
  const counts = new Map<S3Operation, number>();
  const faults = createFaultSwitch();
  let receivedBytes = 0;
  const { maxBytes = DEFAULT_MAX_BYTES, isOpaque = false, nowMs = Date.now } = options;
  const server = listenerOf(options, {
    state: { buckets, maxBytes, isOpaque, nowMs },
    faults,
    known: (accessKeyId) => (accessKeyId === credentials.accessKeyId ? credentials : undefined),
    count: (operation, bodyBytes) => {
      counts.set(operation, (counts.get(operation) ?? 0) + 1);
      receivedBytes += bodyBytes;
    },
  });
  const port = await listen(server, options.port ?? 0, options.host ?? '127.0.0.1');
  const url = `${options.tls === undefined ? 'http' : 'https'}://${options.host ?? '127.0.0.1'}:${String(port)}`;
  return {
    url,
    credentials,
    access: (bucket) => ({ endpoint: url, bucket, region: 'us-east-1', ...credentials }),
    bucket: (name) => {
      const bucket = buckets.get(name);
      if (bucket === undefined) throw new Error(`the endpoint has no bucket ${name}`);
      return bucket;
    },
    makeBucket: (name) => void buckets.set(name, emptyBucket()),
    setFault: (fault) => faults.set(fault),
    receivedBytes: () => receivedBytes,
    requestCounts: () => counts,
    stop: () => stop(server),
  };
}

function listenerOf({ tls }: S3EndpointOptions, answering: Answering): Server {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    void serve(request, response, answering);
  };
  return tls === undefined ? createServer(onRequest) : createTlsServer({ ...tls }, onRequest);
}

async function serve(message: IncomingMessage, response: ServerResponse, answering: Answering): Promise<void> {
  const outcome = await outcomeOf(message, answering);
  if (outcome === 'silence') return;
  if (outcome === 'cut') return void response.destroy();
  const { status, headers = {}, body = '' } = outcome;
  const isXml = typeof body === 'string' && body !== '';
  response.sendDate = false;
  response.writeHead(status, {
    ...(isXml ? { 'content-type': 'application/xml' } : {}),
    'content-length': Buffer.byteLength(body),
    date: new Date(answering.state.nowMs()).toUTCString(),
    'x-amz-request-id': '0',
    server: 'k4e-embedded-s3',
    ...headers,
  });
  response.end(message.method === 'HEAD' ? undefined : body);
}

async function outcomeOf(message: IncomingMessage, answering: Answering): Promise<Outcome> {
  try {
    return await answerRequest(await readRequest(message), answering);
  } catch (error) {
    if (!(error instanceof S3Error)) return 'cut';
    const body = message.method === 'HEAD' ? '' : errorDocument(error, message.url ?? '/');
    return { status: error.status, body };
  }
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
