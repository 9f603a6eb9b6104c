/** Room comes in multiples of that many bytes, so that files of about one size share it: 64 KiB. */
const STEP_BYTES = 65_536;
/** Most room that is kept for the next who needs some, in bytes: 32 MiB, what the transfers at a time take. */
export const MAX_KEPT_BUFFER_BYTES = 33_554_432;

/** Room for what is read of files. It is used again and again: garbage of that size costs more than all the rest of an upload. */
export interface ReadBuffers {
  /** Room for just so many bytes. Each is given back, or dropped, once. */
  take(sizeBytes: number): Uint8Array;
  /** Nobody looks at it any more. */
  giveBack(room: Uint8Array): void;
  /** Somebody may still look at it: it is not used again. */
  drop(room: Uint8Array): void;
}

/** Creates buffers; none is kept while nobody has one. */
export function createReadBuffers(): ReadBuffers {
  const free = new Map<number, ArrayBufferLike[]>();
  let taken = 0;
  let keptBytes = 0;
  const end = (): void => {
    taken -= 1;
    if (taken > 0) return;
    free.clear();
    keptBytes = 0;
  };
  return {
    take(sizeBytes) {
      taken += 1;
      const capacity = Math.max(1, Math.ceil(sizeBytes / STEP_BYTES)) * STEP_BYTES;
      const known = free.get(capacity)?.pop();
      if (known !== undefined) keptBytes -= capacity;
      return new Uint8Array(known ?? Buffer.allocUnsafeSlow(capacity).buffer, 0, sizeBytes);
    },
    giveBack({ buffer }) {
      if (keptBytes + buffer.byteLength <= MAX_KEPT_BUFFER_BYTES) {
        keptBytes += buffer.byteLength;
        const others = free.get(buffer.byteLength);
        if (others === undefined) free.set(buffer.byteLength, [buffer]);
        else others.push(buffer);
      }
      end();
    },
    drop: end,
  };
}
