import { readFile } from 'node:fs/promises';
import { K4eError, errorText } from '@k4e/core';
import type { CallOptions } from '@k4e/core/ports';

/** Largest file of certificates or keys that is read, in bytes: a bundle of all public authorities takes a fifth of it. */
export const MAX_PEM_BYTES = 1_048_576;

/** PEM: its bytes, or the file that has them, which is read anew for each connection. */
export type PemSource = Uint8Array | { readonly path: string };

/** Whom a link trusts, and who it is, on connections with TLS. */
export interface TlsMaterial {
  /** Authorities that brokers are trusted by. Default: those of Node. */
  readonly ca?: readonly PemSource[];
  /** The device's own certificate, with what leads to the authority, and its key. Both or neither. */
  readonly cert?: PemSource;
  readonly key?: PemSource;
}

/** The same, read. */
export interface LoadedTls {
  readonly ca?: Buffer[];
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/**
 * Reads what TLS needs; renewed files are used from the next connection on. Rejects with `LINK_UNREACHABLE`, which names the
 * file, when one cannot be read, or `ABORTED`.
 */
export async function loadTls({ ca, cert, key }: TlsMaterial, options: CallOptions = {}): Promise<LoadedTls> {
  return {
    ...(ca === undefined ? {} : { ca: await Promise.all(ca.map((one) => load(one, options))) }),
    ...(cert === undefined ? {} : { cert: await load(cert, options) }),
    ...(key === undefined ? {} : { key: await load(key, options) }),
  };
}

async function load(source: PemSource, { signal }: CallOptions): Promise<Buffer> {
  if (source instanceof Uint8Array) return Buffer.from(source);
  const { path } = source;
  const pem = await readFile(path, signal === undefined ? {} : { signal }).catch((cause: unknown) => {
    if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
    throw new K4eError('LINK_UNREACHABLE', { subject: path, message: errorText(cause), cause });
  });
  if (pem.byteLength <= MAX_PEM_BYTES) return pem;
  const message = `${pem.byteLength} bytes, ${MAX_PEM_BYTES} are allowed`;
  throw new K4eError('LINK_UNREACHABLE', { subject: path, message });
}
