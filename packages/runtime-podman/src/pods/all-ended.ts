/** What the pieces of work come to, once all of them have ended. Rejects with the first failure, in their order. */
export async function allEnded<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
