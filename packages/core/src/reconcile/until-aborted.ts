/**
 * The items of `source` until it ends, or until `signal` fires: then the iteration ends without an error, even when
 * `source` does not heed the signal. What `source` does after that is nobody's concern any more.
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void> {
  const iterator = source[Symbol.asyncIterator]();
  let endWait = (): void => undefined;
  const onAbort = (): void => endWait();
  const next = (): Promise<IteratorResult<T> | undefined> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return resolve(undefined);
      endWait = () => resolve(undefined);
      iterator.next().then(resolve, reject);
    });
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (let step = await next(); step?.done === false; step = await next()) yield step.value;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
