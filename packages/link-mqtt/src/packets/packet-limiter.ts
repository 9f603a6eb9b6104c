import { K4eError } from '@k4e/core';
import { MAX_ANSWER_BYTES, MAX_PACKET_BYTES } from './packet-limits.ts';

/** Kinds of packets that a broker may send to one who subscribes at QoS 1 and never unsubscribes (wire: MQTT 3.1.1). */
const PUBLISH = 3;
const ANSWERS: ReadonlySet<number> = new Set([2, 4, 9, 13]);
const QOS_2_OR_MORE = 0b0100;
const MAX_LENGTH_DIGITS = 4;

/** What comes from a broker, without what nobody could keep in memory. */
export interface PacketLimiter {
  /** What of `chunk` is to be given on. Throws `LINK_GARBAGE` for what no broker may send: nothing after it makes sense. */
  pass(chunk: Uint8Array): readonly Uint8Array[];
}

/**
 * Creates a limiter for one connection, from its first byte on. A message that is longer than `MAX_PACKET_BYTES` is cut off there, and
 * the rest swallowed as it comes: it can be acknowledged, and told to be too large, and holds up nothing. MQTT 3.1.1 knows no way
 * to tell a broker that it should not be sent.
 */
export function createPacketLimiter(): PacketLimiter {
  /** First byte of the packet whose length is being read. */
  let first: number | undefined;
  let length = 0;
  let digits = 0;
  /** Bytes of the packet that are still to be given on, and to be swallowed. */
  let passing = 0;
  let swallowing = 0;

  const readByte = (byte: number): Uint8Array | undefined => {
    if (first === undefined) {
      checkKind(byte);
      [first, length, digits] = [byte, 0, 0];
      return undefined;
    }
    length += (byte & 0x7f) * 128 ** digits++;
    if (byte >= 0x80) {
      if (digits === MAX_LENGTH_DIGITS) throw garbage('a packet without a length');
      return undefined;
    }
    checkLength(first, length);
    passing = Math.min(length, MAX_PACKET_BYTES);
    swallowing = length - passing;
    const header = Uint8Array.of(first, ...encodeLength(passing));
    first = undefined;
    return header;
  };

  return {
    pass(chunk) {
      const passed: Uint8Array[] = [];
      for (let at = 0; at < chunk.byteLength;) {
        const rest = chunk.byteLength - at;
        if (passing > 0) {
          const count = Math.min(passing, rest);
          passed.push(chunk.subarray(at, at + count));
          [at, passing] = [at + count, passing - count];
        } else if (swallowing > 0) {
          const count = Math.min(swallowing, rest);
          [at, swallowing] = [at + count, swallowing - count];
        } else {
          const header = readByte(chunk[at++] ?? 0);
          if (header !== undefined) passed.push(header);
        }
      }
      return passed;
    },
  };
}

function checkKind(byte: number): void {
  const kind = byte >> 4;
  if (kind === PUBLISH && (byte & QOS_2_OR_MORE) !== 0) throw garbage('a message at a QoS that was not asked for');
  if (kind !== PUBLISH && !ANSWERS.has(kind)) throw garbage('this is not MQTT 3.1.1');
}

function checkLength(first: number, length: number): void {
  if (first >> 4 !== PUBLISH && length > MAX_ANSWER_BYTES) throw garbage('this is not MQTT 3.1.1');
}

/** Seven bits a byte, the lowest first (wire). */
function encodeLength(length: number): readonly number[] {
  return length < 128 ? [length] : [(length % 128) | 0x80, ...encodeLength(Math.floor(length / 128))];
}

function garbage(message: string): K4eError {
  return new K4eError('LINK_GARBAGE', { message });
}
