import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { errorCode } from '@k4e/core';
import type { ResourceStore, WatchEvent } from '@k4e/core/ports';
import type { ConfigMapResource } from '@k4e/core/resources';
import { CONFIG_MAP, EDGE_DEVICE, LEASE } from '@k4e/core/resources';
import { waitUntil } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { startCluster } from './start-cluster.ts';
import type { Cluster } from './start-cluster.ts';

const OWNER = { owner: 'x' } as const;
const at = (name: string, namespace = 'default') => ({ namespace, name });

const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'no error',
    (error: unknown) => errorCode(error) ?? String(error),
  );

/** Beyond the time for which the client library takes a token for what is in its file. */
const TOKEN_READ_EVERY_MS = 61_000;

/** What a pod of the cluster finds: where its API server is, and in files who signed that one's certificate, and its own token. */
async function podOf({
  controlPlane,
}: Cluster): Promise<{ readonly kubeConfig: KubeConfig; readonly tokenFile: string }> {
  const root = await mkdtemp(join(tmpdir(), 'k4e-pod-'));
  const { hostname, port } = new URL(controlPlane.url);
  vi.stubEnv('KUBERNETES_SERVICE_HOST', hostname).stubEnv('KUBERNETES_SERVICE_PORT', port);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(root, { recursive: true });
  });
  const directory = join(root, 'var/run/secrets/kubernetes.io/serviceaccount');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'ca.crt'), controlPlane.caData);
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromCluster(root);
  return { kubeConfig, tokenFile: join(directory, 'token') };
}

/** The first change of a ConfigMap after a version. */
function firstChange(
  store: ResourceStore,
  resourceVersion: string,
): Promise<IteratorResult<WatchEvent<ConfigMapResource>>> {
  const events = store.watch(CONFIG_MAP, {}, { resourceVersion, signal: new AbortController().signal });
  return events[Symbol.asyncIterator]().next();
}

await describeWithPart('control-plane', 'a store on a real API server', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ watchCache: false });
  });
  afterAll(() => cluster.stop());

  test('a service account may do what its role says, and is told FORBIDDEN for the rest', async () => {
    await cluster.kubectl(['create', 'serviceaccount', 'narrow']);
    await cluster.kubectl([
      'create',
      'role',
      'narrow',
      '--verb=get,list,watch,patch,create',
      '--resource=edgedevices.management.k4e.io',
    ]);
    await cluster.kubectl(['create', 'rolebinding', 'narrow', '--role=narrow', '--serviceaccount=default:narrow']);
    const token = await cluster.controlPlane.serviceAccountToken('default', 'narrow');
    const store = cluster.storeFor({ kubeconfigPath: await cluster.controlPlane.kubeconfigFor(token) });
    await store.apply(EDGE_DEVICE, { metadata: at('rbac'), spec: { osImageId: 'a' } }, OWNER);
    const status = { metadata: at('rbac'), status: { phase: 'up' } };
    const refusals = [
      store.apply(EDGE_DEVICE, status, { ...OWNER, subresource: 'status' }),
      store.delete(EDGE_DEVICE, at('rbac')),
      store.get(CONFIG_MAP, at('any')),
      store.list(EDGE_DEVICE, {}),
      store.apply(EDGE_DEVICE, { metadata: at('rbac', 'kube-system') }, OWNER),
      firstChange(store, '1'),
    ];
    expect(await Promise.all(refusals.map(codeOf))).toEqual(refusals.map(() => 'FORBIDDEN'));
    await expect(store.get(CONFIG_MAP, at('any'))).rejects.toThrow('system:serviceaccount:default:narrow');
  });

  test('a token that nobody knows is FORBIDDEN', async () => {
    const store = cluster.storeFor({ kubeconfigPath: await cluster.controlPlane.kubeconfigFor('unknown-token') });
    expect(await codeOf(store.list(CONFIG_MAP, {}))).toBe('FORBIDDEN');
  });

  test('a pod goes on with the token that its cluster gives it in place of the one that has run out', async () => {
    const account = async (): Promise<string> => {
      await cluster.kubectl(['create', 'serviceaccount', 'rotated']);
      return cluster.controlPlane.serviceAccountToken('default', 'rotated');
    };
    await cluster.kubectl(['create', 'role', 'rotated', '--verb=list', '--resource=configmaps']);
    await cluster.kubectl(['create', 'rolebinding', 'rotated', '--role=rotated', '--serviceaccount=default:rotated']);
    const { kubeConfig, tokenFile } = await podOf(cluster);
    await writeFile(tokenFile, await account());
    const store = cluster.storeFor({ kubeConfig });
    const look = (): Promise<unknown> => codeOf(store.list(CONFIG_MAP, { namespace: 'default' }));
    expect(await look()).toBe('no error');
    await cluster.kubectl(['delete', 'serviceaccount', 'rotated']);
    // The API server remembers for some seconds what a token is good for.
    await waitUntil(async () => (await look()) === 'FORBIDDEN', {
      what: 'the token is good no more',
      deadlineMs: 30_000,
    });
    await writeFile(tokenFile, await account());
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + TOKEN_READ_EVERY_MS });
    onTestFinished(() => void vi.useRealTimers());
    expect(await look()).toBe('no error');
  });

  test('a namespace that is not there is NOT_FOUND to writers, and empty to readers', async () => {
    const store = cluster.storeFor();
    expect(await codeOf(store.create(CONFIG_MAP, { metadata: at('c', 'nowhere') }))).toBe('NOT_FOUND');
    expect(await codeOf(store.apply(CONFIG_MAP, { metadata: at('c', 'nowhere') }, OWNER))).toBe('NOT_FOUND');
    expect(await store.get(CONFIG_MAP, at('c', 'nowhere'))).toBeUndefined();
    expect((await store.list(CONFIG_MAP, { namespace: 'nowhere' })).items).toEqual([]);
  });

  test('a kind that the server does not serve is not taken for a resource that is not there', async () => {
    const store = cluster.storeFor();
    const kind = { ...EDGE_DEVICE, plural: 'edgethings' };
    expect(await codeOf(store.get(kind, at('a')))).toBe('KIND_NOT_SERVED');
    expect(await codeOf(store.delete(kind, at('a')))).toBe('KIND_NOT_SERVED');
    expect(await codeOf(store.apply(kind, { metadata: at('a') }, OWNER))).toBe('KIND_NOT_SERVED');
    await expect(store.list(kind, {})).rejects.toThrow('is its CustomResourceDefinition installed?');
  });

  test('times of leases keep their six digits', async () => {
    const store = cluster.storeFor();
    const spec = { holderIdentity: 'a', renewTime: '2026-01-02T03:04:05.000000Z' };
    expect((await store.apply(LEASE, { metadata: at('lease'), spec }, OWNER)).spec).toEqual(spec);
    const short = { metadata: at('lease'), spec: { renewTime: '2026-01-02T03:04:05.123Z' } };
    expect(await codeOf(store.apply(LEASE, short, OWNER))).toBe('RESOURCE_INVALID');
  });

  test('a watch from before a compaction is told to list, and goes on from the list', async () => {
    const store = cluster.storeFor();
    const { resourceVersion } = await store.list(CONFIG_MAP, {});
    for (const name of ['a', 'b', 'c']) await store.create(CONFIG_MAP, { metadata: at(`compacted-${name}`) });
    await cluster.controlPlane.compact();
    const next = (from: string) => firstChange(store, from);
    expect(await codeOf(next(resourceVersion))).toBe('VERSION_EXPIRED');
    const listed = await store.list(CONFIG_MAP, {});
    const event = next(listed.resourceVersion);
    await store.create(CONFIG_MAP, { metadata: at('compacted-d') });
    expect((await event).value).toMatchObject({ type: 'added', resource: { metadata: { name: 'compacted-d' } } });
  });

  test('a restart of the server ends watches and refuses calls while it lasts; the same store goes on after it, without a gap', async () => {
    const store = cluster.storeFor();
    const { resourceVersion } = await store.list(CONFIG_MAP, {});
    const { signal } = new AbortController();
    const seen: string[] = [];
    let last = resourceVersion;
    const watchOnce = async (): Promise<void> => {
      for await (const event of store.watch(CONFIG_MAP, {}, { resourceVersion: last, signal })) {
        if (event.type === 'bookmark') continue;
        last = event.resource.metadata.resourceVersion ?? '';
        seen.push(event.resource.metadata.name);
        if (seen.length === 3) return;
      }
    };
    const first = watchOnce();
    await store.create(CONFIG_MAP, { metadata: at('restart-a') });
    await waitUntil(() => seen.length === 1, { what: 'the first change is seen', deadlineMs: 30_000 });
    await store.create(CONFIG_MAP, { metadata: at('restart-b') });
    const end = codeOf(first);
    await cluster.controlPlane.stopApiServer();
    expect(['no error', 'STORE_UNAVAILABLE']).toContain(await end);
    expect(await codeOf(store.get(CONFIG_MAP, at('restart-a')))).toBe('STORE_UNAVAILABLE');
    await cluster.controlPlane.startApiServer();
    await store.create(CONFIG_MAP, { metadata: at('restart-c') });
    await watchOnce();
    expect(seen).toEqual(['restart-a', 'restart-b', 'restart-c']);
  });
});
