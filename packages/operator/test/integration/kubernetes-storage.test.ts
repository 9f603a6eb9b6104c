import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRecord } from '@k4e/core';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createRawDevice } from '../support/raw-device.ts';
import type { RawDevice } from '../support/raw-device.ts';
import { startStorageCluster } from '../support/storage-cluster.ts';
import type { StorageCluster, StorageOperator } from '../support/storage-cluster.ts';
import { createTeardown } from '../support/teardown.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const PATIENCE = { timeout: 90_000, interval: 250 };
const FEATURES = ['s3-session-token', 's3-plain-http'];
const SECRETS = ['hunter2', 'rotated', 'secret-1', 'token-1'];
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** ConfigMap and Secret of a bucket, as somebody else writes them. */
function bucketOf(name: string, secretKey: string, more: Record<string, string> = {}): object[] {
  const metadata = { name, namespace: 'default' };
  const place = { BUCKET_HOST: 's3.example', BUCKET_NAME: `${name}-files`, BUCKET_PORT: '443', BUCKET_REGION: 'eu-1' };
  const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: secretKey, ...more };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: place },
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: keys },
  ];
}

await describeWithPart('control-plane', 'buckets of devices, with the rights of the manifests', () => {
  const teardown = createTeardown();
  let cluster: StorageCluster;
  let operator: StorageOperator;
  let device: RawDevice;
  beforeAll(async () => {
    cluster = teardown.keep(await startStorageCluster());
    operator = teardown.keep(await cluster.startOperator({ storage: 'claim', 'storage-claim-class': 'elsewhere' }));
    device = createRawDevice(operator.edgeUrl, 'gate-7');
    await device.register();
  });
  afterAll(teardown.run);

  const eventually = (check: () => Promise<void>): Promise<void> => vi.waitFor(check, PATIENCE);
  const conditionOf = async (name: string, type = 'StorageReady'): Promise<unknown> => {
    const conditions: unknown = JSON.parse((await cluster.read(`ed/${name}`, '.status.conditions')) || '[]');
    return Array.isArray(conditions) ? conditions.find((item) => isRecord(item) && item.type === type) : undefined;
  };
  const s3Of = async (peer: RawDevice): Promise<unknown> => {
    const { message } = await peer.poll('data');
    const content = isRecord(message) && isRecord(message.content) ? message.content : {};
    const { configuration } = content;
    return isRecord(configuration) && isRecord(configuration.storage) ? configuration.storage.s3 : undefined;
  };
  const patch = (resource: string, change: object) =>
    cluster.run(['patch', resource, '--type=merge', `--patch=${JSON.stringify(change)}`]);

  test('without the rights the condition says so, and the device is served', async () => {
    await eventually(async () => {
      expect(await conditionOf('gate-7')).toMatchObject({ status: 'False', reason: 'Forbidden' });
      expect(await device.live()).toMatchObject({ workloads: [] });
      expect(await conditionOf('gate-7', 'Synced')).toMatchObject({ status: 'True' });
    });
    expect(await cluster.run(['describe', 'ed', 'gate-7'])).toContain(
      'they are in its manifests, in the directory storage',
    );
  });

  test('with them, a cluster that does not know claims is told of', async () => {
    await cluster.grant('claims');
    await eventually(async () =>
      expect(await conditionOf('gate-7')).toMatchObject({
        status: 'False',
        reason: 'BucketUnavailable',
        message: expect.stringContaining('this cluster does not know ObjectBucketClaims') as string,
      }),
    );
  });

  test('once it knows them there is a claim, which waits for its provisioner', async () => {
    await cluster.grant('claim-crd');
    await cluster.run(['wait', '--for=condition=Established', 'crd', '--all', '--timeout=60s']);
    // Whoever installs the definition would wait for five minutes; a spec that changes is looked at at once.
    await patch('ed/gate-7', { spec: { storage: { s3: { createOBC: true } } } });
    await eventually(async () => {
      expect(await cluster.read('obc/gate-7', '.spec')).toBe(
        JSON.stringify({ generateBucketName: 'gate-7', storageClassName: 'elsewhere' }),
      );
      expect(await cluster.read('ed/gate-7', '.status.dataObc')).toBe('gate-7');
      expect(await conditionOf('gate-7')).toMatchObject({
        reason: 'BucketPending',
        message: 'ObjectBucketClaim gate-7: waits for the provisioner of storage class elsewhere',
      });
    });
  });

  test('the bucket that somebody else makes for the claim reaches the device', async () => {
    await cluster.apply(...bucketOf('gate-7', 'hunter2', { 'tls.crt': CERTIFICATE }));
    await eventually(async () =>
      expect(await s3Of(device)).toEqual({
        bucket_host: 's3.example',
        bucket_port: 443,
        bucket_name: 'gate-7-files',
        bucket_region: 'eu-1',
        aws_access_key_id: base64('id'),
        aws_secret_access_key: base64('hunter2'),
        aws_ca_bundle: base64(CERTIFICATE),
      }),
    );
    await eventually(async () => {
      await device.live();
      expect(await conditionOf('gate-7', 'Synced')).toMatchObject({ status: 'True' });
    });
  });

  test('kubectl shows which bucket it is, and no secret', async () => {
    const [head = '', row = ''] = (await cluster.run(['get', 'ed', 'gate-7', '-o', 'wide'])).split('\n');
    expect(head.trim().split(/ {2,}/)).toEqual(expect.arrayContaining(['BUCKET', 'STORAGE']));
    expect(row).toMatch(/gate-7-files +BucketReady/);
    await eventually(async () =>
      expect(await cluster.run(['describe', 'ed', 'gate-7'])).toMatch(
        /Normal +BucketReady .*files go to the bucket gate-7-files/,
      ),
    );
    const told = [
      await cluster.run(['get', 'ed', '-o', 'yaml']),
      await cluster.run(['get', 'events', '-o', 'yaml']),
      JSON.stringify(operator.logger.lines),
    ].join('\n');
    for (const secret of SECRETS) for (const text of [secret, base64(secret)]) expect(told).not.toContain(text);
  });

  test('keys of a bucket that somebody named are rotated, and arrive as soon as the device complains', async () => {
    const gate8 = createRawDevice(operator.edgeUrl, 'gate-8');
    await gate8.register();
    await cluster.apply(...bucketOf('shop', 'hunter2'));
    await cluster.apply({
      apiVersion: 'management.k4e.io/v1alpha1',
      kind: 'EdgeDeployment',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        device: 'gate-8',
        data: { paths: [{ source: 'a', target: 'b' }] },
        pod: { spec: { containers: [{ name: 'main', image: 'localhost/web:1' }] } },
      },
    });
    await eventually(async () => expect(await conditionOf('gate-8')).toBeDefined());
    await patch('ed/gate-8', { spec: { storage: { s3: { configMapName: 'shop', secretName: 'shop' } } } });
    await eventually(async () => {
      expect(await s3Of(gate8)).toMatchObject({ aws_secret_access_key: base64('hunter2') });
      expect((await gate8.live()).workloads).toEqual(['web']);
    });
    await cluster.apply(...bucketOf('shop', 'rotated'));
    const upload = { pending_files: 3, reason: 'STORAGE_CREDENTIALS', message: 'a/1.csv: the keys are not accepted' };
    await gate8.heartbeat({ status: 'up', workloads: [{ name: 'web', status: 'Running', upload }] });
    await eventually(async () => expect(await s3Of(gate8)).toMatchObject({ aws_secret_access_key: base64('rotated') }));
    await eventually(async () =>
      expect(await conditionOf('gate-8', 'UploadsReady')).toMatchObject({
        status: 'False',
        reason: 'UploadFailed',
        message: 'web: a/1.csv: the keys are not accepted',
      }),
    );
  });

  test('a device that is deleted leaves no Secret, and its claim only where that is to stay', async () => {
    await patch('ed/gate-7', { spec: { storage: { s3: { createOBC: true, reclaimPolicy: 'Delete' } } } });
    for (const [name, claim] of [
      ['gate-7', ''],
      ['gate-8', 'objectbucketclaim.objectbucket.io/gate-8\n'],
    ] as const) {
      const peer = createRawDevice(operator.edgeUrl, name);
      await cluster.run(['delete', 'ed', name, '--wait=false']);
      await eventually(async () => {
        await peer.poll('data');
        await peer.poll('control');
        await peer.send('control', { type: 'connection-status', content: { state: 'offline' } });
        expect(await cluster.run(['get', 'ed', name, '--ignore-not-found', '-o', 'name'])).toBe('');
      });
      expect(await cluster.run(['get', 'secret', `k4e-storage-${name}`, '--ignore-not-found', '-o', 'name'])).toBe('');
      expect(await cluster.run(['get', 'obc', name, '--ignore-not-found', '-o', 'name'])).toBe(claim);
    }
    await operator.stop();
  });

  test('the operator itself serves claims, and a device gets its bucket by one', async () => {
    await cluster.grant('claim-provisioner');
    operator = teardown.keep(
      await cluster.startOperator({
        ...{ storage: 'claim', 'storage-claim-class': 'k4e-s3', 'storage-reclaim-policy': 'Delete' },
        ...{ 'claim-provisioner': true, 's3-endpoint': 'https://s3.example:9000', 's3-credentials-dir': '/nowhere' },
      }),
    );
    const gate9 = createRawDevice(operator.edgeUrl, 'gate-9');
    await gate9.register();
    await gate9.heartbeat({ status: 'up', features: FEATURES });
    await eventually(async () => {
      expect(await s3Of(gate9)).toMatchObject({ bucket_host: 's3.example', aws_session_token: base64('token-1') });
      expect(await cluster.read('obc/gate-9', '.status.phase')).toBe('Bound');
    });
    const [bucket = ''] = operator.buckets.names();
    expect(JSON.parse(await cluster.read('obc/gate-9', '.spec'))).toEqual({
      bucketName: bucket,
      generateBucketName: 'gate-9',
      objectBucketName: 'obc-default-gate-9',
      storageClassName: 'k4e-s3',
    });
    expect(JSON.parse(await cluster.read('configmap/gate-9', '.data'))).toMatchObject({
      BUCKET_NAME: bucket,
      BUCKET_PORT: '9000',
    });
    await cluster.run(['delete', 'ed', 'gate-9', '--wait=false']);
    await eventually(async () => {
      await gate9.poll('data');
      await gate9.poll('control');
      await gate9.send('control', { type: 'connection-status', content: { state: 'offline' } });
      const left = ['ed/gate-9', 'obc/gate-9', 'configmap/gate-9', 'secret/gate-9', 'secret/k4e-storage-gate-9'];
      expect(await cluster.run(['get', ...left, '--ignore-not-found', '-o', 'name'])).toBe('');
      expect(operator.buckets.names()).toEqual([]);
    });
    const refusals = operator.logger.lines.filter((line) => /forbidden|not allowed/i.test(JSON.stringify(line)));
    expect(refusals).toEqual([]);
  });

  test('the example can be applied as it is', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'k4e-example-'));
    const keys = 'AWS_ACCESS_KEY_ID=id\nAWS_SECRET_ACCESS_KEY=key\n';
    try {
      for (const part of ['examples/device-storage', 'packages/operator/manifests'])
        await cp(join(ROOT, part), join(directory, part), { recursive: true });
      const example = join(directory, 'examples', 'device-storage');
      await writeFile(join(example, 's3-credentials.env'), keys);
      const tryOut = ['--dry-run=server', '--server-side', '--force-conflicts', '-o', 'name'];
      const applied = await cluster.run(['apply', '-k', example, ...tryOut]);
      expect(applied).toContain('deployment.apps/k4e-operator-controller-manager');
      expect(applied).toContain('role.rbac.authorization.k8s.io/k4e-operator-storage');
      for (const name of ['edge-deployment.yaml', 'edge-device.yaml'])
        expect(await cluster.run(['apply', '-f', join(example, name), ...tryOut])).toContain('management.k4e.io');
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test('each directory of manifests gives the rights that it speaks of, and no others', async () => {
    for (const namespace of ['openshift-storage', 'openshift-ingress-operator'])
      await cluster.run(['create', 'namespace', namespace]);
    await cluster.grant('openshift');
    const roles: unknown = JSON.parse(await cluster.run(['get', 'role', '--all-namespaces', '-o', 'json']));
    const items = isRecord(roles) && Array.isArray(roles.items) ? roles.items.filter(isRecord) : [];
    const rights = items.flatMap(({ metadata, rules }) => {
      const { name, namespace } = isRecord(metadata) ? metadata : {};
      const isOurs = /^k4e-operator-(storage|router|claim)/.test(String(name));
      return isOurs && Array.isArray(rules)
        ? rules.filter(isRecord).map((rule) => readRule(String(namespace), rule))
        : [];
    });
    expect(rights.sort()).toEqual([
      'default configmaps: get',
      'default configmaps: get create patch delete',
      'default objectbucketclaims/status: patch',
      'default objectbucketclaims: get create patch delete',
      'default objectbucketclaims: get list watch patch',
      'default secrets: get create patch delete',
      'openshift-ingress-operator secrets [router-ca]: get',
      'openshift-storage routes [s3]: get',
    ]);
  });
});

/** A rule of a role as one line of ours. */
function readRule(namespace: string, { resources, resourceNames, verbs }: Record<string, unknown>): string {
  const words = (list: unknown): string => (Array.isArray(list) ? list.join(' ') : '');
  const names = resourceNames === undefined ? '' : ` [${words(resourceNames)}]`;
  return `${namespace} ${words(resources)}${names}: ${words(verbs)}`;
}
