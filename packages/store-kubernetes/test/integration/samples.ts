/** A spec or status, and whether the schemas take it. */
export interface Sample {
  readonly what: string;
  readonly content: unknown;
  readonly isGood: boolean;
}

const good = (what: string, content: unknown): Sample => ({ what, content, isGood: true });
const bad = (what: string, content: unknown): Sample => ({ what, content, isGood: false });

const container = { name: 'app', image: 'registry.example/app:1' };
const pod = (more: object = {}, containerMore: object = {}) => ({
  spec: { containers: [{ ...container, ...containerMore }], ...more },
});
const mount = (mountPath: string) => ({ pod: pod({}, { volumeMounts: [{ name: 'v', mountPath }] }) });
const port = (more: object) => ({ pod: pod({}, { ports: [{ containerPort: 80, ...more }] }) });
const expression = (more: object) => ({ pod: pod(), deviceSelector: { matchExpressions: [{ key: 'a', ...more }] } });
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index}`);
const labels = (count: number) => Object.fromEntries(names(count).map((name) => [name, '1']));

/** Specs of EdgeDevices. */
export const DEVICE_SPECS: readonly Sample[] = [
  good('nothing', undefined),
  good('an empty spec', {}),
  good('defaults to fill', { heartbeat: {} }),
  good('defaults to fill further down', { heartbeat: { hardwareProfile: {} } }),
  good('everything', {
    osImageId: 'x'.repeat(1_024),
    requestTime: '2026-01-02T03:04:05Z',
    heartbeat: { periodSeconds: 1, hardwareProfile: { include: true, scope: 'delta' } },
    pollIntervalSeconds: 86_400,
    monitoringIntervalSeconds: 30,
  }),
  good('a time with a fraction and an offset', { requestTime: '2026-01-02T03:04:05.678901+02:00' }),
  bad('a day for a time', { requestTime: '2026-01-02' }),
  bad('a time without an offset', { requestTime: '2026-01-02T03:04:05' }),
  bad('a month that is none', { requestTime: '2026-13-02T03:04:05Z' }),
  bad('words for a time', { requestTime: 'yesterday' }),
  bad('a heartbeat period of 0', { heartbeat: { periodSeconds: 0 } }),
  bad('a heartbeat period of more than a day', { heartbeat: { periodSeconds: 86_401 } }),
  bad('a heartbeat period with a fraction', { heartbeat: { periodSeconds: 1.5 } }),
  bad('a heartbeat period as text', { heartbeat: { periodSeconds: '5' } }),
  bad('a scope that is none', { heartbeat: { hardwareProfile: { scope: 'Full' } } }),
  bad('a word for true', { heartbeat: { hardwareProfile: { include: 'yes' } } }),
  bad('a text that is too long', { osImageId: 'x'.repeat(1_025) }),
  bad('a field that is not known', { colour: 'red' }),
  bad('a field that is not known, further down', { heartbeat: { interval: 5 } }),
  bad('a list for an object', { heartbeat: [] }),
];

/** Specs of EdgeDeployments. */
export const DEPLOYMENT_SPECS: readonly Sample[] = [
  good('the least there is', { pod: pod() }),
  good('a device and a selector', {
    device: 'd',
    deviceSelector: { matchLabels: { a: '1' } },
    type: 'pod',
    pod: pod(),
  }),
  good('an empty selector', { deviceSelector: {}, pod: pod() }),
  good('In with a value', expression({ operator: 'In', values: ['x'] })),
  good('NotIn with 64 values', expression({ operator: 'NotIn', values: names(64) })),
  good('Exists without values', expression({ operator: 'Exists' })),
  good('DoesNotExist with no values', expression({ operator: 'DoesNotExist', values: [] })),
  good('64 labels', { deviceSelector: { matchLabels: labels(64) }, pod: pod() }),
  good('files to upload', { pod: pod(), data: { paths: [{ source: 'out', target: '' }] } }),
  good('fields of the pod that k4e does not look at', {
    pod: pod({ hostNetwork: true, volumes: [{ name: 'v', emptyDir: {} }] }),
  }),
  good('fields of the container that k4e does not look at', {
    pod: pod({}, { env: [{ name: 'A', value: '1' }], args: [] }),
  }),
  good('a port, its protocol left to the default', port({ hostPort: 65_535 })),
  good('a mount beside /export', mount('/exports')),
  good('a mount with a dot', mount('/export.d/a')),
  good('a mount with dots in its names', mount('/a..b/.c/..d/e.')),
  good('32 containers', { pod: { spec: { containers: names(32).map((name) => ({ ...container, name })) } } }),
  bad('nothing', undefined),
  bad('no pod', { device: 'd' }),
  bad('no containers', { pod: { spec: {} } }),
  bad('an empty list of containers', { pod: { spec: { containers: [] } } }),
  bad('33 containers', { pod: { spec: { containers: names(33).map((name) => ({ ...container, name })) } } }),
  bad('a container without an image', { pod: { spec: { containers: [{ name: 'app' }] } } }),
  bad('a container without a name', { pod: { spec: { containers: [{ image: 'x' }] } } }),
  bad('a container name that is no DNS label', { pod: pod({}, { name: 'App' }) }),
  bad('a type that is none', { type: 'vm', pod: pod() }),
  bad('a device name of 64 characters', { device: 'x'.repeat(64), pod: pod() }),
  bad('a mount on /export', mount('/export')),
  bad('a mount below /export', mount('/export/data')),
  bad('a mount on /export by an empty segment', mount('//export')),
  bad('a mount on /export by a segment of one dot', mount('/./export')),
  bad('a mount on /export by a segment of two dots', mount('/data/../export')),
  bad('a mount that ends in two dots', mount('/export.d/..')),
  bad('a mount that begins with two dots', mount('../export')),
  bad('a mount on /export in an init container', {
    pod: pod({ initContainers: [{ ...container, volumeMounts: [{ name: 'v', mountPath: '/export' }] }] }),
  }),
  bad('In without values', expression({ operator: 'In' })),
  bad('NotIn with no values', expression({ operator: 'NotIn', values: [] })),
  bad('Exists with a value', expression({ operator: 'Exists', values: ['x'] })),
  bad('an operator that is none', expression({ operator: 'Equals', values: ['x'] })),
  bad('65 values', expression({ operator: 'In', values: names(65) })),
  bad('65 labels', { deviceSelector: { matchLabels: labels(65) }, pod: pod() }),
  bad('a label value of 64 characters', { deviceSelector: { matchLabels: { a: 'x'.repeat(64) } }, pod: pod() }),
  bad('a number for a label', { deviceSelector: { matchLabels: { a: 1 } }, pod: pod() }),
  bad('a port of 0', port({ containerPort: 0 })),
  bad('a host port of 65536', port({ hostPort: 65_536 })),
  bad('a protocol in lower case', port({ protocol: 'tcp' })),
  bad('a restart policy that is none', { pod: pod({ restartPolicy: 'Sometimes' }) }),
  bad('a grace period of more than an hour', { pod: pod({ terminationGracePeriodSeconds: 3_601 }) }),
  bad('a field that is not known', { replicas: 3, pod: pod() }),
  bad('a field beside the spec of the pod', { pod: { ...pod(), metadata: {} } }),
  bad('a path without a target', { pod: pod(), data: { paths: [{ source: 'out' }] } }),
];

const condition = {
  type: 'Ready',
  status: 'True',
  reason: 'R',
  message: 'm',
  lastTransitionTime: '2026-01-02T03:04:05Z',
};

/** Statuses of EdgeDevices. */
export const DEVICE_STATUSES: readonly Sample[] = [
  good('an empty status', {}),
  good('a deployment, its phase left to the default', { deployments: [{ name: 'a' }] }),
  good('a condition', { conditions: [condition] }),
  good('256 deployments', { deployments: names(256).map((name) => ({ name })) }),
  good('hardware', { hardware: { cpu: { count: 4, flags: ['fpu'] }, interfaces: [{ name: 'eth0', speedMbps: -1 }] } }),
  bad('257 deployments', { deployments: names(257).map((name) => ({ name })) }),
  bad('a condition without a reason', { conditions: [{ ...condition, reason: '' }] }),
  bad('a condition status that is none', { conditions: [{ ...condition, status: 'Yes' }] }),
  bad('a condition without a time', { conditions: [{ ...condition, lastTransitionTime: undefined }] }),
  bad('a message that is too long', { conditions: [{ ...condition, message: 'x'.repeat(1_025) }] }),
  bad('figures below zero', { workloads: { wanted: -1, running: 0, summary: '0/-1' } }),
  bad('figures without a summary', { workloads: { wanted: 1, running: 0 } }),
  bad('a field that is not known', { hardware: { cpus: 4 } }),
];
