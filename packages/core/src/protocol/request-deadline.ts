/** Ends of a request other than its answer. */
export interface RequestDeadline {
  /** For the whole request, connecting and reading the answer to its last byte included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** How a request ended. */
export type Timed<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'late' }
  | { readonly kind: 'aborted' };

/**
 * Runs `request` with a signal that fires when the time is up or the caller's signal fires. A timeout of the socket is not
 * enough: a peer that sends a byte now and then would hold the request for ever.
 */
export async function withRequestDeadline<T>(
  { timeoutMs, signal }: RequestDeadline,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<Timed<T>> {
  if (signal?.aborted === true) return { kind: 'aborted' };
  const controller = new AbortController();
  const onAbort = (): void => controller.abort();
  const timeout = AbortSignal.timeout(timeoutMs);
  timeout.addEventListener('abort', onAbort, { once: true });
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return { kind: 'done', value: await request(controller.signal) };
  } catch (error) {
    if (!controller.signal.aborted) return { kind: 'failed', error };
    return { kind: timeout.aborted ? 'late' : 'aborted' };
  } finally {
    timeout.removeEventListener('abort', onAbort);
    signal?.removeEventListener('abort', onAbort);
  }
}
