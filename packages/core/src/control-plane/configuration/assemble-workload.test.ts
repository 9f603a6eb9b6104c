import { expect, test } from 'vitest';
import { sampleDeployment } from '../edge-device/samples.testing.ts';
import { assembleWorkload } from './assemble-workload.ts';

test('a workload is name, pod and paths; the rest of a deployment is none of a device’s business', () => {
  const paths = [{ source: 'stats', target: 'statistics' }];
  const deployment = sampleDeployment('web');
  const { workload } = assembleWorkload({ ...deployment, spec: { ...deployment.spec, data: { paths } } });
  expect(workload).toStrictEqual({
    name: 'web',
    specification: 'containers:\n  - image: localhost/web:1\n    name: web\n    resources: {}\n',
    data: { paths },
  });
  expect(assembleWorkload(deployment).workload).not.toHaveProperty('data');
});

test('its size is what it adds to a configuration', () => {
  const [a, b] = ['web', 'wéb'].map((name) => assembleWorkload(sampleDeployment(name)));
  const bytes = (...workloads: unknown[]): number => Buffer.byteLength(JSON.stringify(workloads));
  expect(a?.sizeBytes).toBe(bytes(b?.workload, a?.workload) - bytes(b?.workload));
  expect(b?.sizeBytes).toBe((a?.sizeBytes ?? 0) + 1);
});

test('its digest hangs on what devices are told, and on nothing else', () => {
  const { digest } = assembleWorkload(sampleDeployment('web'));
  expect(assembleWorkload(sampleDeployment('web', { generation: 7, labels: { a: 'b' } })).digest).toBe(digest);
  expect(assembleWorkload(sampleDeployment('web-2')).digest).not.toBe(digest);
});
