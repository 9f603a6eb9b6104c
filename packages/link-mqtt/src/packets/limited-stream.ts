import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createPacketLimiter } from './packet-limiter.ts';

/** A connection to a broker as its reader sees it. */
export interface LimitedStream {
  readonly stream: Duplex;
  /** Bytes that have come from the broker so far, whatever became of them. */
  readonly receivedBytes: () => number;
}

/**
 * A socket of which no packet comes that is too long for memory; nothing more is read than its reader takes. The end of one is
 * the end of the other; what the broker may not send destroys both.
 */
export function limitPackets(socket: Socket): LimitedStream {
  const limiter = createPacketLimiter();
  const stream = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Uint8Array, _encoding, done) => void socket.write(chunk, done),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  const give = (chunk: Uint8Array): void => {
    try {
      for (const part of limiter.pass(chunk)) if (!stream.push(part)) socket.pause();
    } catch (error) {
      stream.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  };
  socket.on('data', give);
  socket.once('end', () => stream.push(null));
  socket.on('error', (error) => stream.destroy(error));
  socket.once('close', () => stream.destroy());
  return { stream, receivedBytes: () => socket.bytesRead };
}
