import type { IncomingMessage } from 'node:http';

import { S3Error } from './s3-error.ts';

/** A request as the endpoint sees it. */
export interface S3Request {
  readonly method: string;
  /** As it was sent, percent-encoded: what the signature covers. */
  readonly rawPath: string;
  /** Empty for the endpoint itself. */
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: ReadonlyMap<string, string>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Largest body that a request may have. */
export const MAX_REQUEST_BODY_BYTES = 64 * 1024 * 1024;

/** Reads a request to its end. Throws `S3Error` for one that is not S3, or larger than `MAX_REQUEST_BODY_BYTES`. */
export async function readRequest(message: IncomingMessage): Promise<S3Request> {
  const [rawPath, search] = splitOnce(message.url ?? '/', '?');
  const [bucket, key] = splitOnce(rawPath.slice(1), '/');
  return {
    method: message.method ?? '',
    rawPath,
    bucket: decoded(bucket),
    key: decoded(key),
    query: new Map(search === '' ? [] : search.split('&').map(parameter)),
    headers: singleHeaders(message),
    body: await readBody(message),
  };
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function parameter(text: string): [string, string] {
  const [name, value] = splitOnce(text, '=');
  return [decoded(name), decoded(value.replaceAll('+', ' '))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error('InvalidArgument');
  }
}

function singleHeaders({ headers }: IncomingMessage): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(',') : value,
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, string>;
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_REQUEST_BODY_BYTES) throw new S3Error('EntityTooLarge');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
