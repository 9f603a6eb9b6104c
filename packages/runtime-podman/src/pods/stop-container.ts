import type { CallOptions } from '@k4e/core/ports';
import type { EngineContainer, LibpodAnswer, LibpodApi } from '../libpod/index.ts';

/** Has podman stop a container, and wait until it has. `graceMs` is rounded up to whole seconds. */
export function stopContainer(
  api: LibpodApi,
  { Id }: EngineContainer,
  { graceMs, signal }: CallOptions & { readonly graceMs: number },
): Promise<LibpodAnswer> {
  const seconds = Math.ceil(Math.max(0, graceMs) / 1_000);
  return api.call({
    method: 'POST',
    path: `containers/${Id}/stop`,
    query: { timeout: String(seconds) },
    timeoutMs: seconds * 1_000 + api.limits.queryTimeoutMs,
    signal,
  });
}
