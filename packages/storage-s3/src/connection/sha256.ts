import { createHmac, createSecretKey, hash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

type Source = string | ArrayBuffer | ArrayBufferView;

/** SHA-256, or its HMAC, as the SDK wants to have it. */
export interface Sha256 {
  update(data: Source): void;
  digest(): Promise<Uint8Array>;
  reset(): void;
}

/** How the SDK makes one; with a secret it is an HMAC. */
export type Sha256Constructor = new (secret?: Source) => Sha256;

/**
 * SHA-256 for the signatures of one connection, which are of short texts and with the same key all day: what the SDK brings
 * takes twice the time of the rest of a signature.
 */
export function createSha256(): Sha256Constructor {
  const keys = new WeakMap<ArrayBufferView, KeyObject>();
  const keyOf = (secret: Source): KeyObject | string => {
    if (typeof secret === 'string') return secret;
    if (!ArrayBuffer.isView(secret)) return createSecretKey(bytesOf(secret));
    const known = keys.get(secret) ?? createSecretKey(bytesOf(secret));
    keys.set(secret, known);
    return known;
  };
  return class {
    readonly #key: KeyObject | string | undefined;
    #chunks: Uint8Array[] = [];

    constructor(secret?: Source) {
      this.#key = secret === undefined ? undefined : keyOf(secret);
    }

    update(data: Source): void {
      this.#chunks.push(bytesOf(data));
    }

    digest(): Promise<Uint8Array> {
      const [first, ...more] = this.#chunks;
      const bytes = first === undefined || more.length > 0 ? Buffer.concat(this.#chunks) : first;
      const digest =
        this.#key === undefined
          ? hash('sha256', bytes, 'buffer')
          : createHmac('sha256', this.#key).update(bytes).digest();
      return Promise.resolve(digest);
    }

    reset(): void {
      this.#chunks = [];
    }
  };
}

function bytesOf(data: Source): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
