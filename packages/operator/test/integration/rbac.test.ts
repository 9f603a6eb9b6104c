import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMemoryLogger } from '@k4e/core/testing';
import type { MemoryLogger } from '@k4e/core/testing';
import { startControlPlane, waitUntil } from '@k4e/testbed';
import type { ControlPlane } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOperator, loadOperatorConfig } from '../../src/index.ts';
import { exchange, rawRequest } from '../support/raw-http.ts';
import { simulateDevice } from '../support/simulated-device.ts';

const MANIFESTS = join(import.meta.dirname, '..', '..', 'manifests');
const NAMESPACE = 'k4e-operator-system';
const SERVICE_ACCOUNT = 'k4e-operator-controller-manager';
const DEADLINE_MS = 60_000;

const DEPLOYMENT = `
apiVersion: management.k4e.io/v1alpha1
kind: EdgeDeployment
metadata: {name: web, namespace: default}
spec:
  device: dev-1
  type: pod
  pod: {spec: {containers: [{name: web, image: "localhost/web:1"}]}}
`;

await describeWithPart('control-plane', 'the operator with the rights of its manifests', () => {
  let cluster: ControlPlane;
  let kubeconfig: string;
  const stops: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    cluster = await startControlPlane();
    await kubectl('apply', '--server-side', '-k', MANIFESTS);
    await kubectl('wait', '--for=condition=Established', 'crd/edgedevices.management.k4e.io', '--timeout=30s');
    await kubectl('wait', '--for=condition=Established', 'crd/edgedeployments.management.k4e.io', '--timeout=30s');
    kubeconfig = await cluster.kubeconfigFor(await cluster.serviceAccountToken(NAMESPACE, SERVICE_ACCOUNT));
  });
  afterAll(async () => {
    await Promise.all(stops.map((stop) => stop()));
    await cluster.stop();
  });

  async function kubectl(...args: string[]): Promise<string> {
    const result = await cluster.kubectl(args);
    expect(result, args.join(' ')).toMatchObject({ code: 0 });
    return result.stdout;
  }

  const asOperator = (...args: string[]) => cluster.kubectl([...args, `--kubeconfig=${kubeconfig}`]);

  async function startOperator(replicaId: string) {
    const text = await readFile(join(MANIFESTS, 'operator', 'operator.yaml'), 'utf8');
    const flags = {
      kubeconfig,
      'replica-id': replicaId,
      'operator-namespace': NAMESPACE,
      'edge-address': '127.0.0.1:0',
      'metrics-addr': '127.0.0.1:0',
    };
    const config = loadOperatorConfig({ file: { name: 'operator.yaml', text }, flags });
    const logger = createMemoryLogger();
    const operator = createOperator({ ...config, shutdown: { readinessDelaySeconds: 0, drainSeconds: 5 } }, { logger });
    const stopping = new AbortController();
    const ended = operator.run({ signal: stopping.signal });
    ended.catch(() => undefined);
    const stop = async (): Promise<void> => {
      stopping.abort();
      await ended;
    };
    stops.push(stop);
    const { edgeUrl, opsUrl } = await operator.listening();
    const get = (path: string) => exchange(opsUrl, rawRequest('GET', path));
    await until('the operator is ready', async () => (await get('/readyz')).status === 200);
    const leads = async () => (await get('/metrics')).body.includes('k4e_operator_is_leader 1');
    return { edgeUrl, logger, leads, stop };
  }

  const until = (what: string, probe: () => Promise<boolean>) => waitUntil(probe, { what, deadlineMs: DEADLINE_MS });
  const exists = async (...args: string[]) =>
    (await kubectl('get', ...args, '--ignore-not-found', '--output=name')).trim() !== '';
  const statusOf = async (resource: string, path: string) =>
    kubectl('get', resource, `--output=jsonpath={.status.${path}}`);

  test('a whole life of device and deployment, with two replicas and no refusal', async () => {
    const first = await startOperator('one');
    await until('the first replica leads', first.leads);
    const second = await startOperator('two');
    // The second replica serves the device; the first one, which leads, has to hear of it.
    const device = simulateDevice(second.edgeUrl, 'dev-1');
    await device.register();
    await until(
      'the device is known everywhere',
      async () => (await device.live().catch(() => undefined)) !== undefined,
    );
    await cluster.kubectl(['apply', '--filename=-'], { stdin: DEPLOYMENT });
    await until('the device is told of the pod', async () => (await device.live()).workloads.length === 1);
    await until('the deployment runs', async () => {
      await device.live();
      return (await statusOf('edgedeployment/web', 'runningDevices')) === '1';
    });
    expect(await kubectl('get', 'edgedevice/dev-1', '--output=jsonpath={.metadata.labels}')).toContain('workload/web');
    await until('the second replica says whom it heard', () => exists('configmap/k4e-heard-two', '-n', NAMESPACE));
    await until('somebody is told', async () => (await kubectl('get', 'events', '-n', 'default', '-o', 'name')) !== '');

    await kubectl('delete', 'edgedeployment/web', '--wait=false');
    await until('the deployment is gone', async () => {
      await device.live();
      return !(await exists('edgedeployment/web'));
    });
    await kubectl('delete', 'edgedevice/dev-1', '--wait=false');
    await until('the device is told to go', async () => {
      // Either replica may still be about to hear of the deletion: a device asks for both, again and again.
      await device.live().catch(() => undefined);
      return device.isDismissed();
    });
    await until('the device is gone', async () => {
      await device.isDismissed();
      return !(await exists('edgedevice/dev-1'));
    });
    await first.stop();
    await until('the second replica leads', second.leads);
    await second.stop();
    for (const { logger } of [first, second]) expect(refusals(logger)).toEqual([]);
  });

  describe('is allowed this and nothing else', () => {
    const DEPLOYMENTS = 'edgedeployments.management.k4e.io: get list patch watch';
    const DEVICES = 'edgedevices.management.k4e.io: get list patch watch';
    const STATUSES = ['edgedeployments.management.k4e.io/status: patch', 'edgedevices.management.k4e.io/status: patch'];
    const EVENTS = 'events: create get patch';
    test.each([
      ['elsewhere', [DEPLOYMENTS, DEVICES, ...STATUSES, EVENTS]],
      ['default', [DEPLOYMENTS, 'edgedevices.management.k4e.io: create get list patch watch', ...STATUSES, EVENTS]],
      [
        NAMESPACE,
        [
          ...[DEPLOYMENTS, DEVICES, ...STATUSES, EVENTS],
          'configmaps: create delete get list patch watch',
          'leases.coordination.k8s.io: create',
          'leases.coordination.k8s.io [k4e-operator-leader]: get patch',
        ],
      ],
    ])('in the namespace %s', async (namespace, rules) => {
      const everybody = await rulesOf(cluster.adminKubeconfigPath, namespace, 'system:serviceaccount:default:nobody');
      const ours = await rulesOf(kubeconfig, namespace);
      expect(ours.filter((rule) => !everybody.includes(rule)).sort()).toEqual([...rules].sort());
    });

    async function rulesOf(as: string, namespace: string, impersonated?: string): Promise<readonly string[]> {
      const who =
        impersonated === undefined
          ? []
          : [`--as=${impersonated}`, '--as-group=system:authenticated', '--as-group=system:serviceaccounts'];
      const { code, stdout } = await cluster.kubectl([
        ...['auth', 'can-i', '--list', '--no-headers', '-n', namespace, `--kubeconfig=${as}`],
        ...who,
      ]);
      expect(code).toBe(0);
      return stdout.split('\n').flatMap(readRule);
    }
  });

  describe('is refused by the API server', () => {
    beforeAll(async () => {
      const device = DEPLOYMENT.replace('EdgeDeployment', 'EdgeDevice').replace(/spec:[^]*$/, '');
      for (const victim of [DEPLOYMENT, device]) {
        const stdin = victim.replace('name: web', 'name: victim');
        expect(await cluster.kubectl(['apply', '--filename=-'], { stdin })).toMatchObject({ code: 0 });
      }
    });

    test.each(
      [
        ['get', 'secrets', '-n', 'default'],
        ['get', 'secrets', '-n', NAMESPACE],
        ['get', 'configmaps', '-n', 'default'],
        ['get', 'leases', '-n', NAMESPACE],
        ['get', 'events', '-n', 'default'],
        ['get', 'pods', '-n', NAMESPACE],
        ['get', 'nodes'],
        ['get', 'namespaces'],
        ['get', 'serviceaccounts', '-n', NAMESPACE],
        ['get', 'customresourcedefinitions'],
        ['delete', 'edgedevices', '--all', '-n', 'default'],
        ['delete', 'edgedeployments', '--all', '-n', 'default'],
        ['delete', 'lease/k4e-operator-leader', '-n', NAMESPACE],
        ['delete', 'events', '--all', '-n', 'default'],
        ['patch', 'lease/another', '-n', NAMESPACE, '--type=merge', '--patch={}'],
        ['create', 'configmap', 'mine', '-n', 'default'],
        ['create', 'serviceaccount', 'mine', '-n', NAMESPACE],
        ['create', 'token', SERVICE_ACCOUNT, '-n', NAMESPACE],
        ['create', 'rolebinding', 'mine', '--clusterrole=cluster-admin', '--user=me', '-n', NAMESPACE],
        ['patch', 'clusterrole/k4e-operator-fleet', '--type=merge', '--patch={"rules":[]}'],
        ['patch', 'deployment/k4e-operator-controller-manager', '-n', NAMESPACE, '--type=merge', '--patch={}'],
      ].map((args) => ({ words: args.join(' '), args })),
    )('$words', async ({ args }) => {
      const { code, stderr } = await asOperator(...args);
      expect(code).not.toBe(0);
      expect(stderr.toLowerCase()).toContain('forbidden');
      expect(stderr).toContain(`system:serviceaccount:${NAMESPACE}:${SERVICE_ACCOUNT}`);
    });

    test.each([
      ['a device in another namespace', 'EdgeDevice', 'elsewhere'],
      ['a deployment', 'EdgeDeployment', 'default'],
    ])('creating %s', async (_name, kind, namespace) => {
      const manifest = DEPLOYMENT.replace('EdgeDeployment', kind)
        .replace('namespace: default', `namespace: ${namespace}`)
        .replace(/spec:[^]*$/, kind === 'EdgeDevice' ? '' : '$&');
      const { code, stderr } = await cluster.kubectl(
        ['create', '--validate=false', '--filename=-', `--kubeconfig=${kubeconfig}`],
        { stdin: manifest },
      );
      expect(code).not.toBe(0);
      expect(stderr).toContain('cannot create resource');
    });
  });
});

/** What the API server refused the operator, as its log tells. */
function refusals({ lines }: MemoryLogger): readonly string[] {
  return lines
    .map((line) => JSON.stringify(line))
    .filter((line) => /forbidden|not allowed|cannot \w+ resource/i.test(line));
}

/** `configmaps  []  [name]  [get list]` as one line of ours. Rules about URLs are everybody's. */
function readRule(line: string): readonly string[] {
  const match = /^(\S+)\s+\[\]\s+\[([^\]]*)\]\s+\[([^\]]*)\]/.exec(line);
  if (match === null) return [];
  const [, resource = '', names = '', verbs = ''] = match;
  return [`${resource}${names === '' ? '' : ` [${names}]`}: ${verbs.split(' ').sort().join(' ')}`];
}
