import { request } from 'node:https';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { isRecord } from '@k4e/core';
import { startControlPlane } from '@k4e/testbed';
import type { ControlPlane, ControlPlaneOptions } from '@k4e/testbed';

/** The namespace of the operators under test. */
export const OPERATOR_NAMESPACE = 'k4e-operator-system';

const CRDS = join(import.meta.dirname, '..', '..', 'manifests', 'crds');

/** A resource as the API server writes it; tests read it with `toMatchObject`. */
export interface ApiObject {
  readonly [member: string]: unknown;
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
}

/** An answer of the API server. */
export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A real Kubernetes API with k4e's committed resource definitions. */
export interface Cluster extends ControlPlane {
  /** Runs kubectl as the administrator and resolves with its standard output. Fails with its words when its status is not 0. */
  run(args: readonly string[], stdin?: string): Promise<string>;
  /** `kubectl apply` of manifests. */
  apply(...manifests: readonly object[]): Promise<string>;
  /** Asks the API server itself, as the administrator, in a millisecond or two. */
  api(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<ApiAnswer>;
  /** A resource of the namespace `default`; `undefined` when it is not there. */
  read(plural: 'edgedevices' | 'edgedeployments', name: string): Promise<ApiObject | undefined>;
}

/** Path of k4e's resources in the namespace `default`. */
export const DEFAULT_NAMESPACE_PATH = '/apis/management.k4e.io/v1alpha1/namespaces/default';

/** Starts an API server and installs `manifests/crds`. */
export async function startCluster(options: ControlPlaneOptions = {}): Promise<Cluster> {
  const controlPlane = await startControlPlane(options);
  const cluster = createCluster(controlPlane);
  try {
    await cluster.run(['apply', '-f', CRDS]);
    await cluster.run(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
    await cluster.run(['create', 'namespace', OPERATOR_NAMESPACE]);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

function createCluster(controlPlane: ControlPlane): Cluster {
  const agent = new Agent({ keepAlive: true, maxSockets: 8, ca: controlPlane.caData });
  const run: Cluster['run'] = async (args, stdin) => {
    const { code, stdout, stderr } = await controlPlane.kubectl(args, stdin === undefined ? {} : { stdin });
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const api: Cluster['api'] = (method, path, body) => ask({ controlPlane, agent }, { method, path, body });
  return {
    ...controlPlane,
    run,
    api,
    apply: (...items) =>
      run(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', metadata: {}, items })),
    async read(plural, name) {
      const { status, body } = await api('GET', `${DEFAULT_NAMESPACE_PATH}/${plural}/${name}`);
      if (status === 404) return undefined;
      if (status !== 200 || !isApiObject(body)) throw new Error(`GET ${plural}/${name}: ${JSON.stringify(body)}`);
      return body;
    },
    async stop() {
      agent.destroy();
      await controlPlane.stop();
    },
  };
}

function isApiObject(value: unknown): value is ApiObject {
  return isRecord(value) && isRecord(value.metadata) && typeof value.metadata.resourceVersion === 'string';
}

interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly body: object | undefined;
}

function ask(
  { controlPlane, agent }: { readonly controlPlane: ControlPlane; readonly agent: Agent },
  { method, path, body }: ApiRequest,
): Promise<ApiAnswer> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const headers = { authorization: `Bearer ${controlPlane.adminToken}`, 'content-type': type };
  return new Promise((resolve, reject) => {
    const call = request(`${controlPlane.url}${path}`, { method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, body: text === '' ? undefined : JSON.parse(text) });
      });
    });
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
