import { K4eError } from '@k4e/core';

/** Longest name of a unix socket in bytes: what Linux has room for. */
export const MAX_SOCKET_NAME_BYTES = 107;

/** Where a unix socket is: a file, or a name in the abstract namespace of Linux, which has no file and no permissions. */
export type SocketAddress =
  { readonly kind: 'path'; readonly path: string } | { readonly kind: 'abstract'; readonly name: string };

/**
 * Reads an address as yggdrasil writes them: `/path`, `unix:/path`, `unix:///path`, `@name`, `unix:@name`, and as gRPC does:
 * `unix-abstract:name`. Throws `INVALID_INPUT`.
 */
export function readSocketAddress(text: string): SocketAddress {
  const abstractName = /^(?:(?:unix:)?@|unix-abstract:)(.+)$/s.exec(text)?.[1];
  const path = /^(?:unix:(?:\/\/)?)?(\/.+)$/s.exec(text)?.[1];
  const name = abstractName ?? path;
  if (name === undefined || name.includes('\0')) throw invalid(text, 'is no address of a unix socket');
  if (Buffer.byteLength(name) > MAX_SOCKET_NAME_BYTES - (path === undefined ? 1 : 0)) {
    throw invalid(text, `is longer than the ${MAX_SOCKET_NAME_BYTES} bytes of a socket's name`);
  }
  return path === undefined ? { kind: 'abstract', name } : { kind: 'path', path };
}

/** An address as yggdrasil writes it, without the scheme: `@name` or `/path`. */
export function formatSocketAddress(address: SocketAddress): string {
  return address.kind === 'abstract' ? `@${address.name}` : address.path;
}

/** What Node calls the address: the name of an abstract socket begins with a zero byte. */
export function nodeSocketPath(address: SocketAddress): string {
  return address.kind === 'abstract' ? `\0${address.name}` : address.path;
}

function invalid(text: string, words: string): K4eError {
  return new K4eError('INVALID_INPUT', { message: `${JSON.stringify(text.slice(0, 200))} ${words}`, retry: 'never' });
}
