import { errorCode } from '@k4e/core';
import type { ResourceStore } from '@k4e/core/ports';
import { EDGE_DEPLOYMENT, EDGE_DEVICE, apiVersionOf } from '@k4e/core/resources';
import type { Resource, ResourceKind } from '@k4e/core/resources';
import { waitUntil } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEPLOYMENT_SPECS, DEVICE_SPECS, DEVICE_STATUSES } from './samples.ts';
import { startCluster } from './start-cluster.ts';
import type { Cluster } from './start-cluster.ts';

const NAMESPACE = 'default';

/** What our own validator makes of a resource. */
function admitted<T extends Resource>(kind: ResourceKind<T>, name: string, half: object): T | 'RESOURCE_INVALID' {
  const identity = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name, namespace: NAMESPACE } };
  try {
    const written: unknown = JSON.parse(JSON.stringify({ ...identity, ...half }));
    return kind.admit(written);
  } catch (error) {
    if (errorCode(error) === 'RESOURCE_INVALID') return 'RESOURCE_INVALID';
    throw error;
  }
}

async function answered<T extends Resource>(call: Promise<T>): Promise<T | 'RESOURCE_INVALID'> {
  return call.catch((error: unknown) => {
    if (errorCode(error) === 'RESOURCE_INVALID') return 'RESOURCE_INVALID' as const;
    throw error;
  });
}

await describeWithPart('control-plane', 'the CustomResourceDefinitions on a real API server', () => {
  let cluster: Cluster;
  let store: ResourceStore;
  let names = 0;
  beforeAll(async () => {
    cluster = await startCluster();
    store = cluster.storeFor();
  });
  afterAll(() => cluster.stop());

  const newName = (): string => `sample-${names++}`;
  const refused = async (document: object): Promise<string> => {
    const { code, stderr } = await cluster.controlPlane.kubectl(['apply', '-f', '-'], {
      stdin: JSON.stringify(document),
    });
    expect(code).not.toBe(0);
    return stderr;
  };
  const deployment = (spec: object, name = newName()) => ({
    apiVersion: apiVersionOf(EDGE_DEPLOYMENT),
    kind: 'EdgeDeployment',
    metadata: { name },
    spec,
  });
  const container = { name: 'app', image: 'registry.example/app:1' };

  test('are established, without a condition that complains', async () => {
    const { items } = JSON.parse(await cluster.kubectl(['get', 'crd', '-o', 'json'])) as {
      items: { metadata: { name: string }; status: { conditions: { type: string; status: string }[] } }[];
    };
    const conditions = items.map(({ metadata, status }) => [
      metadata.name,
      status.conditions.map(({ type, status: is }) => `${type}=${is}`).sort(),
    ]);
    expect(Object.fromEntries(conditions)).toEqual({
      'edgedeployments.management.k4e.io': ['Established=True', 'NamesAccepted=True'],
      'edgedevices.management.k4e.io': ['Established=True', 'NamesAccepted=True'],
    });
  });

  test('kubectl explain teaches what each field is for', async () => {
    // The server publishes the schema a moment after the kind, and kubectl remembers for a while which kinds there were.
    await cluster.kubectl(['api-resources', '--api-group=management.k4e.io']);
    await waitUntil(async () => (await cluster.controlPlane.kubectl(['explain', 'edep.spec'])).code === 0, {
      what: 'the schema is published',
      deadlineMs: 30_000,
    });
    const spec = await cluster.kubectl(['explain', 'edep.spec']);
    for (const words of [
      'pod\t<Object> -required-',
      'The one EdgeDevice to run on',
      'Devices to run on, by their labels',
    ]) {
      expect(spec).toContain(words);
    }
    const containers = await cluster.kubectl(['explain', 'edgedeployment.spec.pod.spec.containers']);
    expect(containers).toContain('image\t<string> -required-');
    const device = await cluster.kubectl(['explain', 'ed.spec.heartbeat', '--recursive']);
    expect(device).toMatch(/scope\t<string>\s+enum: full, delta/);
    expect(await cluster.kubectl(['explain', 'ed.status.deployments.phase'])).toContain('as the device reports it');
  });

  test('kubectl get shows a fleet at a glance, and answers to short names and the category', async () => {
    const time = '2026-01-02T03:04:05Z';
    const metadata = { namespace: NAMESPACE, name: 'glance' };
    await store.create(EDGE_DEVICE, { metadata });
    const conditions = [
      { type: 'Synced', status: 'True', reason: 'R', message: 'm', lastTransitionTime: time },
      { type: 'StorageReady', status: 'True', reason: 'BucketGiven', message: 'm', lastTransitionTime: time },
    ] as const;
    const workloads = { wanted: 2, running: 1, summary: '1/2' };
    const seen = { phase: 'degraded', lastSeenTime: time, workloads, lastSyncedResourceVersion: 'v7' };
    const status = { ...seen, conditions, storage: { bucket: 'files' } };
    await store.apply(EDGE_DEVICE, { metadata, status }, { owner: 'x', subresource: 'status' });
    const always = ['NAME', 'PHASE', 'LAST SEEN', 'WORKLOADS', 'VERSION'];
    const [header, row] = (await cluster.kubectl(['get', 'ed', 'glance', '-o', 'wide'])).split('\n');
    expect(header?.split(/\s{2,}/)).toEqual([...always, 'SYNCED', 'BUCKET', 'STORAGE', 'AGE']);
    expect(row).toMatch(/^glance +degraded +\d+d +1\/2 +v7 +True +files +BucketGiven +\d+s$/);
    const narrow = await cluster.kubectl(['get', 'ed', 'glance']);
    expect(narrow.split('\n')[0]?.split(/\s{2,}/)).toEqual([...always, 'AGE']);

    await store.create(EDGE_DEPLOYMENT, { metadata, spec: { pod: { spec: { containers: [container] } } } });
    const accepted = [
      { type: 'Accepted', status: 'False', reason: 'Unsupported', message: 'm', lastTransitionTime: time },
    ] as const;
    const counts = { matchedDevices: 3, runningDevices: 1, failedDevices: 2, summary: '1/3', conditions: accepted };
    await store.apply(EDGE_DEPLOYMENT, { metadata, status: counts }, { owner: 'x', subresource: 'status' });
    const [titles, values] = (await cluster.kubectl(['get', 'edep', 'glance', '-o', 'wide'])).split('\n');
    expect(titles?.split(/\s{2,}/)).toEqual(['NAME', 'READY', 'FAILED', 'MATCHED', 'RUNNING', 'ACCEPTED', 'AGE']);
    expect(values).toMatch(/^glance +1\/3 +2 +3 +1 +Unsupported +\d+s$/);
    const category = await cluster.kubectl(['get', 'k4e', '-o', 'name']);
    expect(category).toContain('edgedevice.management.k4e.io/glance');
    expect(category).toContain('edgedeployment.management.k4e.io/glance');
  });

  describe('a refusal says what is wrong and where', () => {
    test('a mount on /export', async () => {
      const volumeMounts = [{ name: 'v', mountPath: '/export' }];
      const text = await refused(deployment({ pod: { spec: { containers: [{ ...container, volumeMounts }] } } }));
      expect(text).toContain('spec.pod.spec.containers[0].volumeMounts[0]');
      expect(text).toContain('/export is provided by k4e for the files to upload; remove this volume mount');
    });

    test('a selector without values', async () => {
      const deviceSelector = { matchExpressions: [{ key: 'a', operator: 'In' }] };
      const text = await refused(deployment({ deviceSelector, pod: { spec: { containers: [container] } } }));
      expect(text).toContain('In and NotIn need values; Exists and DoesNotExist take none');
    });

    test('a type that is none', async () => {
      const text = await refused(deployment({ type: 'vm', pod: { spec: { containers: [container] } } }));
      expect(text).toContain('spec.type: Unsupported value: "vm": supported values: "pod"');
    });

    test('a name that is too long', async () => {
      const text = await refused(deployment({ pod: { spec: { containers: [container] } } }, 'x'.repeat(64)));
      expect(text).toContain('the name of an EdgeDeployment may have 63 characters at most');
    });

    test('a field that nobody knows', async () => {
      const text = await refused(deployment({ replicas: 3, pod: { spec: { containers: [container] } } }));
      expect(text).toContain('unknown field "spec.replicas"');
    });
  });

  test('a field that nobody knows is dropped where kubectl is told not to look', async () => {
    const document = deployment({ replicas: 3, pod: { spec: { containers: [container], unknownToUs: 'kept' } } });
    await cluster.kubectl(['apply', '--validate=false', '-f', '-'], JSON.stringify(document));
    const { spec } = (await store.get(EDGE_DEPLOYMENT, { namespace: NAMESPACE, name: document.metadata.name })) ?? {};
    expect(spec).toEqual({ type: 'pod', pod: { spec: { containers: [container], unknownToUs: 'kept' } } });
  });

  describe('judge as the validator of the library does, and fill the same defaults', () => {
    test.each(DEVICE_SPECS)('EdgeDevice: $what', async ({ content, isGood }) => {
      const name = newName();
      const half: object = content === undefined ? {} : { spec: content };
      const ours = admitted(EDGE_DEVICE, name, half);
      const theirs = await answered(store.create(EDGE_DEVICE, { metadata: { name, namespace: NAMESPACE }, ...half }));
      expect(ours === 'RESOURCE_INVALID').toBe(!isGood);
      expect(theirs === 'RESOURCE_INVALID' ? theirs : theirs.spec).toEqual(
        ours === 'RESOURCE_INVALID' ? ours : ours.spec,
      );
    });

    test.each(DEPLOYMENT_SPECS)('EdgeDeployment: $what', async ({ content, isGood }) => {
      const name = newName();
      const half: object = content === undefined ? {} : { spec: content };
      const ours = admitted(EDGE_DEPLOYMENT, name, half);
      const theirs = await answered(
        store.create(EDGE_DEPLOYMENT, { metadata: { name, namespace: NAMESPACE }, ...half }),
      );
      expect(ours === 'RESOURCE_INVALID').toBe(!isGood);
      expect(theirs === 'RESOURCE_INVALID' ? theirs : theirs.spec).toEqual(
        ours === 'RESOURCE_INVALID' ? ours : ours.spec,
      );
    });

    test.each(DEVICE_STATUSES)('status of an EdgeDevice: $what', async ({ content, isGood }) => {
      const metadata = { name: newName(), namespace: NAMESPACE };
      await store.create(EDGE_DEVICE, { metadata });
      const half: object = { status: content };
      const ours = admitted(EDGE_DEVICE, metadata.name, half);
      const theirs = await answered(
        store.apply(EDGE_DEVICE, { metadata, ...half }, { owner: 'x', subresource: 'status' }),
      );
      expect(ours === 'RESOURCE_INVALID').toBe(!isGood);
      expect(theirs === 'RESOURCE_INVALID' ? theirs : theirs.status).toEqual(
        ours === 'RESOURCE_INVALID' ? ours : ours.status,
      );
    });
  });
});
