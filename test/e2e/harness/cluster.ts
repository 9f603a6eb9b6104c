import { join } from 'node:path';
import { startControlPlane } from '@k4e/testbed';
import type { ControlPlane } from '@k4e/testbed';
import { EDGE_DEPLOYMENT, EDGE_DEVICE } from '@k4e/core/resources';
import type { EdgeDeployment, EdgeDevice } from '@k4e/core/resources';

const MANIFESTS = join(import.meta.dirname, '..', '..', '..', 'packages', 'operator', 'manifests');

/** A Kubernetes cluster with k4e's manifests, and what a fleet operator does there with kubectl. */
export interface Cluster {
  readonly controlPlane: ControlPlane;
  /** For the operator: its service account, with just the rights of the manifests. */
  readonly operatorKubeconfig: string;
  /** Runs kubectl; resolves with what it prints, fails with what it complains of. */
  readonly kubectl: (...args: readonly string[]) => Promise<string>;
  readonly apply: (manifest: unknown) => Promise<void>;
  /** `undefined`: there is none of that name. */
  readonly device: (name: string) => Promise<EdgeDevice | undefined>;
  readonly deployment: (name: string) => Promise<EdgeDeployment | undefined>;
  readonly stop: () => Promise<void>;
}

/** What is installed besides the basics. */
export interface ClusterOptions {
  /** Directories of `manifests/storage`. */
  readonly storage?: readonly string[];
}

/** Starts a control plane and installs k4e's manifests with `kubectl apply -k`, the operator itself left to the test. */
export async function startCluster({ storage = [] }: ClusterOptions = {}): Promise<Cluster> {
  const controlPlane = await startControlPlane();
  const run = async (args: readonly string[], stdin?: string): Promise<string> => {
    const result = await controlPlane.kubectl(args, stdin === undefined ? {} : { stdin });
    if (result.code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${result.stderr}`);
    return result.stdout;
  };
  const get = async (kind: string, name: string): Promise<unknown> => {
    const text = await run(['get', kind, name, '--output=json', '--ignore-not-found']);
    return text === '' ? undefined : JSON.parse(text);
  };
  try {
    await run(['apply', '-k', MANIFESTS]);
    for (const directory of storage) await run(['apply', '-k', join(MANIFESTS, 'storage', directory)]);
    await run(['wait', '--for=condition=Established', '--timeout=30s', 'crd', '--all']);
    const token = await controlPlane.serviceAccountToken('k4e-operator-system', 'k4e-operator-controller-manager');
    return {
      controlPlane,
      operatorKubeconfig: await controlPlane.kubeconfigFor(token),
      kubectl: (...args) => run(args),
      apply: async (manifest) => {
        await run(['apply', '--filename=-'], JSON.stringify(manifest));
      },
      device: async (name) => admitted(EDGE_DEVICE, await get('edgedevice', name)),
      deployment: async (name) => admitted(EDGE_DEPLOYMENT, await get('edgedeployment', name)),
      stop: () => controlPlane.stop(),
    };
  } catch (error) {
    await controlPlane.stop();
    throw error;
  }
}

function admitted<T>(kind: { readonly admit: (resource: unknown) => T }, resource: unknown): T | undefined {
  return resource === undefined ? undefined : kind.admit(resource);
}
