import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRecord } from '@k4e/core';
import { startControlPlane } from '@k4e/testbed';
import type { ControlPlane } from '@k4e/testbed';
import { describeWithPart } from '@k4e/testbed/vitest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compose } from '../../src/composition/compose.ts';
import { stopSteps } from '../../src/composition/stop-steps.ts';
import { loadOperatorConfig } from '../../src/index.ts';

const MANIFESTS = join(import.meta.dirname, '..', '..', 'manifests');
const NAMESPACE = 'k4e-operator-system';

await describeWithPart('control-plane', 'the manifests', () => {
  let cluster: ControlPlane;
  let deployment: Record<string, unknown>;

  beforeAll(async () => {
    cluster = await startControlPlane();
    const applied = await cluster.kubectl(['apply', '--server-side', '-k', MANIFESTS]);
    expect(applied).toMatchObject({ code: 0 });
    // The API server warns of what it would not let run.
    expect(applied.stderr).not.toContain('Warning');
    const { stdout } = await cluster.kubectl(['get', 'deployment', '-n', NAMESPACE, '--output=jsonpath={.items[0]}']);
    deployment = record(JSON.parse(stdout));
  });
  afterAll(() => cluster.stop());

  const podSpec = () => record(record(record(deployment.spec).template).spec);
  const pod = (spec: Record<string, unknown>) =>
    JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'operator', namespace: NAMESPACE }, spec });
  const admit = (spec: Record<string, unknown>) =>
    cluster.kubectl(['create', '--dry-run=server', '--filename=-'], { stdin: pod(spec) });

  test('the pod keeps the strictest rules that Kubernetes has, in a namespace that asks for them', async () => {
    expect(await admit(podSpec())).toMatchObject({ code: 0 });
    const refused = await admit({ ...podSpec(), hostNetwork: true });
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('violates PodSecurity "restricted');
  });

  test('everything is named k4e-operator-..., and the service reaches the pods', async () => {
    const { stdout } = await cluster.kubectl([
      'get',
      'service,deployment,serviceaccount',
      '-n',
      NAMESPACE,
      '-o',
      'name',
    ]);
    expect(stdout.trim().split('\n')).toEqual([
      'service/k4e-operator-controller-manager',
      'deployment.apps/k4e-operator-controller-manager',
      'serviceaccount/k4e-operator-controller-manager',
    ]);
    const service = await cluster.kubectl(['get', 'service', '-n', NAMESPACE, '--output=jsonpath={.items[0].spec}']);
    const { selector, ports } = record(JSON.parse(service.stdout));
    const { labels } = record(record(record(deployment.spec).template).metadata);
    expect(record(labels)).toMatchObject(record(selector));
    expect(ports).toMatchObject([{ port: 8888, targetPort: 'edge-api' }]);
  });

  test('an orderly stop has the time that its steps may take', async () => {
    const text = await readFile(join(MANIFESTS, 'operator', 'operator.yaml'), 'utf8');
    const config = loadOperatorConfig({ file: { name: 'operator.yaml', text } });
    const parts = await compose({ ...config, store: { type: 'embedded', file: ':memory:' } });
    const running = {
      opsServers: [],
      controllers: new AbortController(),
      leading: Promise.resolve(),
      caches: new AbortController(),
      watching: Promise.resolve(),
    };
    const totalMs = stopSteps(config, parts, running).reduce((sum, { deadlineMs }) => sum + deadlineMs, 0);
    await parts.store.close();
    expect(Number(podSpec().terminationGracePeriodSeconds) * 1_000).toBeGreaterThan(totalMs);
  });
});

function record(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw new Error(`not an object: ${JSON.stringify(value)}`);
  return value;
}
