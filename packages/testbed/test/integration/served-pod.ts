import { WORKLOAD_IMAGE, waitUntil } from '../../src/index.ts';

/** A pod whose page is served on a host port, for `podman kube play`. */
export function podOn(hostPort: number, name: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'web', image: WORKLOAD_IMAGE, ports: [{ containerPort: 8080, hostPort }] }] },
  });
}

/** What a server says at `url`, once it says something. */
export function pageAt(url: string): Promise<string> {
  const page = async (): Promise<string | undefined> => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    return answer?.text();
  };
  return waitUntil(page, { what: `${url} answers`, deadlineMs: 20_000 });
}
