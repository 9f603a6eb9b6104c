import type { ErrorCode } from '@k4e/core';

/** One request to podman. */
export interface LibpodRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** From the root; made of parts that are safe in a path. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Without it, the time for a short question. */
  readonly timeoutMs?: number;
  /** Whether a stream must be over within `timeoutMs`, and not just have begun. Default: only begun. */
  readonly timeoutCoversStream?: boolean;
  /** What it means when the time is up. Default `RUNTIME_UNAVAILABLE`. */
  readonly timeoutCode?: ErrorCode;
  readonly signal?: AbortSignal | undefined;
}

/** What podman answered, whatever its status. */
export interface LibpodAnswer {
  readonly status: number;
  /** The JSON value of the body; text where it is none; `undefined` where it is empty. */
  readonly body: unknown;
  header(name: string): string | undefined;
}

/** An answer that is read as it comes. Whoever stops reading early calls `close`. */
export interface LibpodStream {
  readonly status: number;
  readonly chunks: AsyncIterable<Uint8Array>;
  close(): void;
}
