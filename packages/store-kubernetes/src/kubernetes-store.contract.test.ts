import { fileURLToPath } from 'node:url';
import { KubeConfig } from '@kubernetes/client-node';
import { describeResourceStoreContract } from '@k4e/conformance';
import type { ResourceStoreSubject } from '@k4e/conformance';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { startControlPlane } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { createKubernetesStore } from './create-kubernetes-store.ts';

const CRDS = fileURLToPath(new URL('../../operator/manifests/crds/', import.meta.url));
/** Short, so that watches get bookmarks soon and are ended by the server now and then. */
const WATCH_TIMEOUT_SECONDS = 5;

async function createSubject(): Promise<ResourceStoreSubject> {
  const controlPlane = await startControlPlane();
  const run = async (args: readonly string[]): Promise<void> => {
    const { code, stderr } = await controlPlane.kubectl(args);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  };
  await run(['apply', '-f', CRDS]);
  await run(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=30s']);
  for (const namespace of ['here', 'there']) await run(['create', 'namespace', namespace]);
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromFile(controlPlane.adminKubeconfigPath);
  const store = createKubernetesStore({
    kubeConfig,
    clock: createSystemClock(),
    logger: createMemoryLogger(),
    watchTimeoutSeconds: WATCH_TIMEOUT_SECONDS,
  });
  return {
    store,
    namespaces: ['here', 'there'],
    // The server keeps changes in memory since it started; what etcd had before is out of its history.
    expiredVersion: () => Promise.resolve('1'),
    async dispose() {
      await store.close();
      await controlPlane.stop();
    },
  };
}

await describeWithPart('control-plane', 'on a real API server', () => {
  describeResourceStoreContract('createKubernetesStore', { createSubject });
});
