import type { FakeContainerEngine } from './fake-container-engine.ts';

/** `ContainerRuntime.changes` of a fake engine: names of that owner's pods, and `undefined` first and when it came back. */
export async function* watchFakeEngine(
  engine: FakeContainerEngine,
  owner: string,
  signal: AbortSignal,
): AsyncGenerator<string | undefined> {
  const pending = new Set<string | undefined>(engine.isReachable ? [undefined] : []);
  let wake = (): void => undefined;
  const rouse = (): void => wake();
  const stop = engine.listen((pod) => {
    if (pod !== undefined && pod.owner !== owner) return;
    pending.add(pod?.name);
    rouse();
  });
  signal.addEventListener('abort', rouse, { once: true });
  try {
    while (!signal.aborted) {
      const [next] = [...pending];
      if (pending.delete(next)) yield next;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    stop();
    signal.removeEventListener('abort', rouse);
  }
}
