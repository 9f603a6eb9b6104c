import { hasCode } from '@k4e/core';
import { describe, expect, test } from 'vitest';
import { loadOperatorConfig } from './load-operator-config.ts';
import type { ConfigSources } from './load-operator-config.ts';

const file = (text: string): NonNullable<ConfigSources['file']> => ({ name: 'operator.yaml', text });

function refusal(sources: ConfigSources): string {
  try {
    loadOperatorConfig(sources);
  } catch (error) {
    expect(hasCode(error, 'CONFIG_INVALID')).toBe(true);
    return error instanceof Error ? error.message : '';
  }
  throw new Error('was not refused');
}

test('without anything it is the operator of a cluster, with the ports and times of the design', () => {
  expect(loadOperatorConfig()).toEqual({
    store: { type: 'kubernetes' },
    edgeApi: { address: ':8888' },
    ops: { metricsAddress: ':8080' },
    deviceNamespace: 'default',
    gracePeriodSeconds: 120,
    workers: 4,
    operatorNamespace: 'k4e-operator-system',
    leaderElection: { enabled: false, leaseName: 'k4e-operator-leader' },
    storage: {
      default: 'none',
      reclaimPolicy: 'Retain',
      claim: { storageClassName: 'openshift-storage.noobaa.io' },
      claimProvisioner: { enabled: false, storageClassName: 'k4e-s3' },
    },
    log: { level: 'info', format: 'json' },
    shutdown: { readinessDelaySeconds: 0, drainSeconds: 10 },
  });
});

test('flags win over the environment, and that over the file', () => {
  const text = 'edgeApi: {address: "127.0.0.1:1"}\nworkers: 2\ndeviceNamespace: fleet\n';
  const env = { HTTP_PORT: '9000', MAX_CONCURRENT_RECONCILES: '8', LEADER_ELECT: 'true', LOG_LEVEL: '' };
  const config = loadOperatorConfig({ file: file(text), env, flags: { workers: '16', 'log-level': 'debug' } });
  expect(config).toMatchObject({
    edgeApi: { address: ':9000' },
    workers: 16,
    deviceNamespace: 'fleet',
    leaderElection: { enabled: true },
    log: { level: 'debug' },
  });
});

test.each(['', '# nothing\n', '---\n', 'null'])('a file with nothing in it (%j) says nothing', (text) => {
  expect(loadOperatorConfig({ file: file(text) })).toEqual(loadOperatorConfig());
});

describe('the store', () => {
  test('a data file is enough to mean the embedded one', () => {
    expect(loadOperatorConfig({ flags: { 'data-file': 'k4e.db' } }).store).toEqual({
      type: 'embedded',
      file: 'k4e.db',
    });
  });

  test('naming another store forgets what the file says of the first', () => {
    const text = 'store: {type: kubernetes, kubeconfig: /etc/kubeconfig}\n';
    const flags = { store: 'embedded', 'data-file': 'k4e.db' };
    expect(loadOperatorConfig({ file: file(text), flags }).store).toEqual({ type: 'embedded', file: 'k4e.db' });
  });

  test('naming the same store keeps it', () => {
    const text = 'store: {type: kubernetes, kubeconfig: /etc/kubeconfig}\n';
    expect(loadOperatorConfig({ file: file(text), flags: { store: 'kubernetes' } }).store).toMatchObject({
      kubeconfig: '/etc/kubeconfig',
    });
  });

  test('KUBECONFIG counts for Kubernetes alone, and only when nothing else is said', () => {
    const env = { KUBECONFIG: '/root/.kube/config' };
    expect(loadOperatorConfig({ env }).store).toEqual({ type: 'kubernetes', kubeconfig: '/root/.kube/config' });
    expect(loadOperatorConfig({ env, flags: { kubeconfig: 'k' } }).store).toMatchObject({ kubeconfig: 'k' });
    expect(loadOperatorConfig({ env, flags: { 'data-file': 'f' } }).store).toEqual({ type: 'embedded', file: 'f' });
  });

  test.each([
    ['store: {type: embedded}', 'store.file'],
    ['store: {type: embedded, file: a, kubeconfig: b}', 'store.kubeconfig: this key is not known'],
    ['store: {type: etcd}', 'store.type'],
    ['store: nowhere', 'store'],
  ])('%s is refused', (text, words) => {
    expect(refusal({ file: file(text) })).toContain(words);
  });
});

describe('storage', () => {
  const DIRECT = { 's3-endpoint': 'http://minio:9000', 's3-credentials-dir': '/etc/k4e/s3' };

  test.each<[string, string]>([
    ['true', 'claim'],
    ['1', 'claim'],
    ['false', 'direct'],
    ['0', 'direct'],
    ['', 'direct'],
  ])('OBC_AUTO_CREATE=%s over a file that says direct is %s, as upstream means it', (text, expected) => {
    const direct = 'direct: {endpoint: "https://s3.example", credentialsDirectory: /keys}';
    const config = loadOperatorConfig({
      file: file(`storage: {default: direct, ${direct}}\n`),
      env: { OBC_AUTO_CREATE: text },
    });
    expect(config.storage.default).toBe(expected);
  });

  test('an endpoint of the operator has a region, and credentials that live for half a day', () => {
    expect(loadOperatorConfig({ flags: { storage: 'direct', ...DIRECT } }).storage).toMatchObject({
      default: 'direct',
      direct: {
        endpoint: 'http://minio:9000',
        region: 'us-east-1',
        credentialsDirectory: '/etc/k4e/s3',
        sessionDurationSeconds: 43_200,
      },
    });
  });

  test.each<[ConfigSources['flags'], string]>([
    [{ storage: 'direct' }, 'storage.direct: is needed'],
    [{ 'claim-provisioner': true }, 'storage.direct: is needed'],
    [
      { 's3-endpoint': 'http://minio:9000' },
      'storage.direct.credentialsDirectory: is missing; say it with --s3-credentials-dir',
    ],
    [
      { ...DIRECT, 's3-endpoint': 'minio:9000' },
      'storage.direct.endpoint (--s3-endpoint): must be scheme, host and port',
    ],
    [{ ...DIRECT, 's3-endpoint': 'http://me:you@minio' }, 'storage.direct.endpoint (--s3-endpoint): must be'],
    [{ ...DIRECT, 's3-endpoint': 'http://minio/path' }, 'storage.direct.endpoint (--s3-endpoint): must be'],
    [{ ...DIRECT, 's3-session-seconds': '899' }, 'storage.direct.sessionDurationSeconds (--s3-session-seconds)'],
    [{ ...DIRECT, 's3-session-seconds': '604801' }, 'storage.direct.sessionDurationSeconds (--s3-session-seconds)'],
    [{ storage: 'nfs' }, 'storage.default (--storage)'],
    [{ 'storage-claim-class': 'A_B' }, 'storage.claim.storageClassName (--storage-claim-class): must be a name'],
  ])('%j is refused', (flags, words) => {
    expect(refusal({ flags: flags ?? {} })).toContain(words);
  });
});

describe('what is wrong is named', () => {
  test('keys that nobody knows, at every depth', () => {
    const message = refusal({ file: file('gracePeriod: 3\nlog: {levle: info}\n') });
    expect(message).toContain('gracePeriod: this key is not known');
    expect(message).toContain('log.levle: this key is not known');
  });

  test.each<[ConfigSources, string]>([
    [{ env: { HTTP_PORT: 'http' } }, 'edgeApi.address (HTTP_PORT): ":http" is no address'],
    [{ env: { HTTP_PORT: '70000' } }, 'edgeApi.address (HTTP_PORT)'],
    [{ env: { LEADER_ELECT: 'perhaps' } }, 'leaderElection.enabled (LEADER_ELECT)'],
    [{ flags: { workers: '0' } }, 'workers (--workers)'],
    [{ flags: { workers: 'many' } }, 'workers (--workers)'],
    [{ flags: { 'log-level': 'loud' } }, 'log.level (--log-level)'],
    [{ flags: { 'device-namespace': 'A_B' } }, 'deviceNamespace (--device-namespace): must be 1 to 63'],
    [{ file: file('gracePeriodSeconds: -1') }, 'gracePeriodSeconds'],
    [{ file: file('gracePeriodSeconds: 86401') }, 'gracePeriodSeconds'],
    [{ file: file('- a\n- b\n') }, 'operator.yaml: must be a mapping'],
    [{ file: file('workers: 1\nworkers: 2\n') }, 'operator.yaml: line 2'],
    [{ file: file('a: [1,\n') }, 'operator.yaml: line'],
    [{ file: file('log: *nobody') }, 'operator.yaml'],
  ])('%j', (sources, words) => {
    expect(refusal(sources)).toContain(words);
  });

  test('only so many problems', () => {
    const text = Array.from({ length: 500 }, (_, index) => `key${String(index)}: 1`).join('\n');
    expect(refusal({ file: file(text) })).toMatch(/key9: this key is not known; and 490 more$/);
  });

  test('a bomb of aliases is refused, not built', () => {
    const levels = Array.from({ length: 30 }, (_, n) => {
      const before = n === 0 ? '"x"' : `*a${String(n - 1)}`;
      return `a${String(n)}: &a${String(n)} [${Array.from({ length: 10 }, () => before).join(',')}]`;
    });
    expect(refusal({ file: file(levels.join('\n')) })).toContain('alias');
  });
});

test('a setting that is missing is named with the flag that says it', () => {
  expect(() => loadOperatorConfig({ flags: { store: 'embedded' } })).toThrow(
    'store.file: is missing; say it with --data-file',
  );
});
