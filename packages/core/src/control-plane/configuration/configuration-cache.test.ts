import { expect, test } from 'vitest';
import type { EdgeDeployment } from '../../resources/index.ts';
import { sampleDeployment, sampleDevice } from '../edge-device/samples.testing.ts';
import { assembleWorkload } from './assemble-workload.ts';
import { createConfigurationCache } from './configuration-cache.ts';

test('a configuration is assembled once, until the device or one of its deployments is seen changed', () => {
  const asked: EdgeDeployment[] = [];
  const workloadOf = (deployment: EdgeDeployment) => {
    asked.push(deployment);
    return assembleWorkload(deployment);
  };
  const cache = createConfigurationCache({ workloadOf });
  const [device, web, other] = [sampleDevice(), sampleDeployment('web'), sampleDeployment('other')];
  const first = cache.of(device, [web, other]);
  expect(cache.of(device, [web, other])).toBe(first);
  expect(asked).toEqual([web, other]);
  expect(cache.of(device, [web, sampleDeployment('other')])).not.toBe(first);
  expect(cache.of(device, [web]).workloads).toHaveLength(1);
  expect(cache.of({ ...device, spec: { pollIntervalSeconds: 5 } }, [web]).configuration).toMatchObject({
    poll_interval_seconds: 5,
  });
});
