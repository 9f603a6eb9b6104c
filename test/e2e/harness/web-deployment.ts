import { WORKLOAD_IMAGE } from '@k4e/testbed';

/** The variable that `/cgi-bin/env` of a web pod shows. */
const PAGE_VARIABLE = 'PAGE';

/** A web server to be deployed. */
export interface WebDeployment {
  readonly name: string;
  readonly device?: string;
  readonly deviceSelector?: Readonly<Record<string, unknown>>;
  readonly hostPort: number;
  /** What its page says. */
  readonly page: string;
  /** Default: the workload image. */
  readonly image?: string;
  /** What it leaves for upload. */
  readonly data?: { readonly paths: readonly { readonly source: string; readonly target: string }[] };
}

/** The EdgeDeployment manifest of a web server, for `kubectl apply`. */
export function webDeployment({ name, device, deviceSelector, hostPort, page, image, data }: WebDeployment): unknown {
  return {
    apiVersion: 'management.k4e.io/v1alpha1',
    kind: 'EdgeDeployment',
    metadata: { name, namespace: 'default' },
    spec: {
      device,
      deviceSelector,
      data,
      pod: {
        spec: {
          containers: [
            {
              name: 'web',
              image: image ?? WORKLOAD_IMAGE,
              ports: [{ containerPort: 8080, hostPort }],
              env: [{ name: PAGE_VARIABLE, value: page }],
            },
          ],
        },
      },
    },
  };
}

const PAGE_LIMIT_MS = 2_000;
/** Packets to a closed port are dropped, so that it is closed shows after this time only. */
const CLOSED_AFTER_MS = 700;

/** What the web server at `origin` serves, and the device that it says it is on. Fails when nobody answers. */
export async function fetchPage(
  origin: string,
  limitMs = PAGE_LIMIT_MS,
): Promise<{ readonly page: string; readonly deviceId: string }> {
  const answer = await fetch(`${origin}/cgi-bin/env`, { signal: AbortSignal.timeout(limitMs) });
  const variables = new Map(
    (await answer.text()).split('\n').map((line) => {
      const [name = '', value = ''] = line.split('=');
      return [name, value];
    }),
  );
  return { page: variables.get(PAGE_VARIABLE) ?? '', deviceId: variables.get('DEVICE_ID') ?? '' };
}

/** Whether nobody answers at `origin`. */
export async function isClosed(origin: string): Promise<boolean> {
  return fetchPage(origin, CLOSED_AFTER_MS).then(
    () => false,
    () => true,
  );
}
