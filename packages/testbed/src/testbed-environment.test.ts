import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { readTestbedEnvironment } from './testbed-environment.ts';

describe('readTestbedEnvironment', () => {
  it('keeps the cache with the user, outside any checkout', () => {
    expect(readTestbedEnvironment({}).cacheDirectory).toBe(join(homedir(), '.cache', 'k4e'));
    expect(readTestbedEnvironment({ XDG_CACHE_HOME: '' }).cacheDirectory).toBe(join(homedir(), '.cache', 'k4e'));
    expect(readTestbedEnvironment({ XDG_CACHE_HOME: '/var/cache' }).cacheDirectory).toBe('/var/cache/k4e');
  });

  it('requires all parts for K4E_REQUIRE_ALL=1 only', () => {
    expect(readTestbedEnvironment({}).requireAll).toBe(false);
    expect(readTestbedEnvironment({ K4E_REQUIRE_ALL: '0' }).requireAll).toBe(false);
    expect(readTestbedEnvironment({ K4E_REQUIRE_ALL: '1' }).requireAll).toBe(true);
  });

  it('takes an empty variable for one that is not set', () => {
    expect(
      readTestbedEnvironment({
        ...{ KUBEBUILDER_ASSETS: '', K4E_TEST_DEVICE_IMAGE: '' },
        ...{ K4E_TEST_MINIO_IMAGE: '', K4E_TEST_MOSQUITTO: '' },
      }),
    ).toMatchObject({
      kubernetesAssets: undefined,
      deviceImage: undefined,
      minioImage: undefined,
      mosquitto: undefined,
    });
  });
});
