import { vi, afterAll, beforeAll, expect, test } from 'vitest';
import { describeWithPart } from '@k4e/testbed/vitest';
import { startCluster } from '../support/cluster.ts';
import type { ApiObject, Cluster } from '../support/cluster.ts';
import { startClusterOperator } from '../support/cluster-operator.ts';
import type { ClusterOperator } from '../support/cluster-operator.ts';
import { createRawDevice, localDate } from '../support/raw-device.ts';
import type { RawDevice } from '../support/raw-device.ts';
import { createTeardown } from '../support/teardown.ts';

const PATIENCE = { timeout: 30_000, interval: 100 };
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** As devices parse it: three digits of a second and an offset. */
const SENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)$/;
const DEPLOYMENT = {
  apiVersion: 'management.k4e.io/v1alpha1',
  kind: 'EdgeDeployment',
  metadata: { name: 'nginx', namespace: 'default' },
  spec: {
    type: 'pod',
    deviceSelector: { matchLabels: { site: 'berlin' } },
    data: { paths: [{ source: 'stats', target: 'statistics' }] },
    pod: {
      spec: {
        containers: [{ name: 'nginx', image: 'localhost/nginx:1', ports: [{ containerPort: 80, hostPort: 9090 }] }],
      },
    },
  },
};
/** The whole text, since a device that renders anew on a difference would restart the pod. */
const SPECIFICATION = `containers:
  - image: localhost/nginx:1
    name: nginx
    ports:
      - containerPort: 80
        hostPort: 9090
        protocol: TCP
    resources: {}
`;

function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern);
}

/** Objects with at least these members, in any order. */
function containing(...items: readonly object[]): unknown {
  return expect.arrayContaining(items.map((item) => expect.objectContaining(item) as unknown));
}

/** The message that a device decodes, whole: nothing may be missing, null, or there besides. */
function configurationMessage(content: object): object {
  return { type: 'data', message_id: matching(UUID), version: 1, sent: matching(SENT), directive: 'device', content };
}

await describeWithPart('control-plane', 'a k4e/yggdrasil device and an operator on a real Kubernetes API', () => {
  const teardown = createTeardown();
  let cluster: Cluster;
  let operator: ClusterOperator;
  let device: RawDevice;
  beforeAll(async () => {
    cluster = teardown.keep(await startCluster());
    operator = teardown.keep(await startClusterOperator(cluster));
    device = createRawDevice(operator.edgeUrl);
  });
  afterAll(teardown.run);

  const deviceNow = async (): Promise<ApiObject | undefined> => cluster.read('edgedevices', device.id);
  const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, PATIENCE);

  test('polls before the registration get 404 with nothing, and create nothing', async () => {
    for (const channel of ['data', 'control'] as const)
      expect(await device.poll(channel)).toEqual({ status: 404, contentType: null, text: '', message: undefined });
    const status = { type: 'connection-status', content: { canonical_facts: {}, dispatchers: {}, state: 'online' } };
    expect(await device.send('control', status)).toMatchObject({ status: 200, text: '' });
    expect(await device.heartbeat({ status: 'up', workloads: null })).toMatchObject({ status: 404 });
    expect(await deviceNow()).toBeUndefined();
  });

  test('a registration makes an EdgeDevice, and the same again changes nothing', async () => {
    const hardware = {
      hostname: 'gate-7',
      interfaces: [
        { name: 'eth0', mac_address: '02:00:00:00:00:01', ipv4_addresses: ['10.0.0.5/24'], ipv6_addresses: null },
      ],
      disks: null,
      gpus: null,
      memory: { physical_bytes: 8_589_934_592 },
      cpu: { count: 4, frequency: 2400.5, flags: null, model_name: 'Atom', architecture: 'x86_64' },
      system_vendor: { product_name: 'Box', virtual: true },
    };
    expect(await device.register(hardware)).toEqual({ status: 200, contentType: null, text: '', message: undefined });
    await eventually(async () => {
      expect(await deviceNow()).toMatchObject({
        metadata: { finalizers: ['yggdrasil-connection-finalizer', 'yggdrasil-workload-finalizer'] },
        spec: { osImageId: 'unknown', requestTime: matching(/Z$/) },
        status: {
          phase: 'registered',
          hardware: {
            hostname: 'gate-7',
            interfaces: [{ name: 'eth0', macAddress: '02:00:00:00:00:01', ipv4Addresses: ['10.0.0.5/24'] }],
            memory: { physicalBytes: 8_589_934_592 },
            cpu: { count: 4, frequency: '2400.50', modelName: 'Atom', architecture: 'x86_64' },
            systemVendor: { productName: 'Box', virtual: true },
          },
          conditions: [{ type: 'Ready', status: 'Unknown' }, { type: 'Synced' }, { type: 'WorkloadsReady' }],
        },
      });
    });
    const before = await deviceNow();
    expect(await device.register(hardware)).toMatchObject({ status: 200, text: '' });
    expect((await deviceNow())?.metadata.resourceVersion).toBe(before?.metadata.resourceVersion);
  });

  test('an idle device has a configuration without workloads, and no commands', async () => {
    const data = await device.poll('data');
    expect(data).toMatchObject({ status: 200, contentType: 'application/json' });
    const configuration = { heartbeat: { period_seconds: 60, hardware_profile: {} } };
    expect(data.message).toStrictEqual(
      configurationMessage({ device_id: device.id, version: matching(/^\S+$/), configuration }),
    );
    expect(await device.poll('control')).toEqual({
      status: 200,
      contentType: 'application/json',
      text: '',
      message: undefined,
    });
  });

  test('a deployment reaches the device that its selector means, once it has the label', async () => {
    await cluster.apply(DEPLOYMENT);
    await cluster.run(['label', 'edgedevice', device.id, 'site=berlin']);
    const workload = {
      name: 'nginx',
      specification: SPECIFICATION,
      data: { paths: [{ source: 'stats', target: 'statistics' }] },
    };
    await eventually(async () => {
      expect((await device.poll('data')).message).toStrictEqual(
        configurationMessage({
          device_id: device.id,
          version: matching(/^\S+$/),
          configuration: { heartbeat: { period_seconds: 60, hardware_profile: {} } },
          workloads: [workload],
        }),
      );
    });
    await eventually(async () => {
      expect(await deviceNow()).toMatchObject({
        metadata: { labels: { site: 'berlin', 'workload/nginx': 'true' } },
        status: { deployments: [{ name: 'nginx', phase: 'Deploying' }] },
      });
    });
  });

  test('settings of the device are told in the next configuration', async () => {
    const spec = { heartbeat: { periodSeconds: 5, hardwareProfile: { include: true, scope: 'delta' } } };
    await cluster.run(['patch', 'ed', device.id, '--type=merge', '-p', JSON.stringify({ spec })]);
    await eventually(async () => {
      expect((await device.poll('data')).message).toMatchObject({
        content: {
          configuration: { heartbeat: { period_seconds: 5, hardware_profile: { include: true, scope: 'delta' } } },
        },
      });
    });
  });

  test('a heartbeat is the status of the device and of the deployment', async () => {
    const { version } = await device.live();
    const workloads = [{ name: 'nginx', status: 'Running', last_data_upload: '0001-01-01T00:00:00.000Z' }];
    await device.heartbeat({ status: 'up', version, time: localDate(Date.now()), workloads });
    await eventually(async () => {
      const now = await deviceNow();
      expect(now).toMatchObject({
        status: {
          phase: 'up',
          reportedPhase: 'up',
          lastSeenTime: matching(/Z$/),
          lastSyncedResourceVersion: version,
          configurationVersion: version,
          workloads: { wanted: 1, running: 1, summary: '1/1' },
          deployments: [{ name: 'nginx', phase: 'Running', lastTransitionTime: matching(/Z$/) }],
          conditions: containing(
            { type: 'Ready', status: 'True' },
            { type: 'Synced', status: 'True' },
            { type: 'WorkloadsReady', status: 'True' },
            { type: 'StorageReady', status: 'False', reason: 'NoBucket' },
          ),
        },
      });
      expect(JSON.stringify(now)).not.toContain('lastDataUpload');
      expect(await cluster.read('edgedeployments', 'nginx')).toMatchObject({
        status: { matchedDevices: 1, runningDevices: 1, failedDevices: 0, summary: '1/1' },
      });
    });
  });

  test('a deployment is deleted when the device has let go of it', async () => {
    const deleted = cluster.run(['delete', 'edep', 'nginx', '--timeout=60s']);
    await eventually(async () => expect((await device.poll('data')).message).not.toHaveProperty('content.workloads'));
    expect(await cluster.read('edgedeployments', 'nginx')).toBeDefined();
    expect((await device.live()).workloads).toEqual([]);
    expect(await deleted).toContain('nginx');
    await eventually(async () => {
      const now = await deviceNow();
      expect(now?.metadata.labels).toEqual({ site: 'berlin' });
      expect(now).not.toMatchObject({ status: { deployments: [{}] } });
    });
  });

  test('a device is deleted in the order: fetches that it runs nothing, is told to disconnect, says that it is gone', async () => {
    await cluster.apply(DEPLOYMENT);
    await eventually(async () => expect((await device.live()).workloads).toEqual(['nginx']));
    await cluster.run(['delete', 'ed', device.id, '--wait=false']);
    await eventually(async () => expect((await device.poll('data')).message).not.toHaveProperty('content.workloads'));
    await eventually(async () => {
      const { message } = await device.poll('control');
      expect(message).toStrictEqual({
        type: 'command',
        message_id: matching(UUID),
        version: 1,
        sent: matching(SENT),
        content: { command: 'disconnect', arguments: null },
      });
    });
    await device.send('control', { type: 'connection-status', content: { state: 'offline' } });
    await eventually(async () => expect(await deviceNow()).toBeUndefined());
    expect(await device.poll('data')).toMatchObject({ status: 404 });
  });

  test('a device of the older kind says nothing after disconnect, and is gone all the same', async () => {
    const older = createRawDevice(operator.edgeUrl);
    await older.register();
    await older.live();
    await eventually(async () =>
      expect((await cluster.read('edgedevices', older.id))?.metadata.finalizers).toHaveLength(2),
    );
    await cluster.run(['delete', 'ed', older.id, '--wait=false']);
    await eventually(async () => {
      expect((await older.poll('data')).status).toBe(200);
      expect((await older.poll('control')).message).toMatchObject({ content: { command: 'disconnect' } });
    });
    await eventually(async () => expect(await cluster.read('edgedevices', older.id)).toBeUndefined());
  });
});
