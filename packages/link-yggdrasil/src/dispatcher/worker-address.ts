import { dirname, join } from 'node:path';
import type { SocketAddress } from '../socket/index.ts';
import { MAX_SOCKET_NAME_BYTES, readSocketAddress } from '../socket/index.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const SUFFIX_LENGTH = 6;

/**
 * An address for a worker, of the same kind as the dispatcher's (wire: upstream calls them `@ygg-<handler>-<six letters>`).
 * A long handler is shortened where a path has no room for it; throws `INVALID_INPUT` where there is not even room for that.
 */
export function makeWorkerAddress(dispatcher: SocketAddress, handler: string, random: () => number): SocketAddress {
  const letter = (): string => LETTERS.charAt(Math.floor(random() * LETTERS.length));
  const suffix = Array.from({ length: SUFFIX_LENGTH }, letter).join('');
  if (dispatcher.kind === 'abstract') return { kind: 'abstract', name: `ygg-${handler}-${suffix}` };
  const pathWith = (name: string): string => join(dirname(dispatcher.path), `ygg-${name}${suffix}.sock`);
  const roomBytes = MAX_SOCKET_NAME_BYTES - Buffer.byteLength(pathWith('-'));
  return readSocketAddress(pathWith(roomBytes > 0 ? `${handler.slice(0, roomBytes)}-` : ''));
}
