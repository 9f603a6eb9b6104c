import { fileURLToPath } from 'node:url';
import { KubeConfig } from '@kubernetes/client-node';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { startControlPlane } from '@k4e/testbed';
import type { ControlPlane } from '@k4e/testbed';
import { createKubernetesStore } from '../../src/index.ts';
import type { KubernetesStore, KubernetesStoreOptions } from '../../src/index.ts';

const CRDS = fileURLToPath(new URL('../../../operator/manifests/crds/', import.meta.url));

/** A real API server that knows k4e's kinds. */
export interface Cluster {
  readonly controlPlane: ControlPlane;
  /** kubectl as the administrator; rejects when it fails. Resolves with what it printed. */
  kubectl(args: readonly string[], stdin?: string): Promise<string>;
  /** A store as the administrator, or with another kubeconfig. */
  storeFor(options?: Partial<KubernetesStoreOptions> & { readonly kubeconfigPath?: string }): KubernetesStore;
  stop(): Promise<void>;
}

/** Starts an API server and installs the CustomResourceDefinitions. */
export async function startCluster(options: { readonly watchCache?: boolean } = {}): Promise<Cluster> {
  const controlPlane = await startControlPlane(options);
  const stores: KubernetesStore[] = [];
  const kubectl = async (args: readonly string[], stdin?: string): Promise<string> => {
    const { code, stdout, stderr } = await controlPlane.kubectl(args, stdin === undefined ? {} : { stdin });
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  await kubectl(['apply', '-f', CRDS]);
  await kubectl(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
  return {
    controlPlane,
    kubectl,
    storeFor({ kubeconfigPath = controlPlane.adminKubeconfigPath, ...more } = {}) {
      const kubeConfig = new KubeConfig();
      kubeConfig.loadFromFile(kubeconfigPath);
      const store = createKubernetesStore({
        kubeConfig,
        clock: createSystemClock(),
        logger: createMemoryLogger(),
        ...more,
      });
      stores.push(store);
      return store;
    },
    async stop() {
      for (const store of stores) await store.close();
      await controlPlane.stop();
    },
  };
}
