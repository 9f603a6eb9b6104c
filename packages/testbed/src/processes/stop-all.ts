/** Stops one thing after the other, all of them, whatever fails; then fails with what went wrong. */
export async function stopAll(stops: readonly (() => Promise<void> | undefined)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const stop of stops) await Promise.resolve(stop()).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, 'not everything could be stopped');
}
