import { describe, expect, it } from 'vitest';

import { requirePart } from './require-part.ts';
import type { PartContext } from './parts/index.ts';

describe('requirePart', () => {
  it('says why a part cannot be had', async () => {
    expect(await requirePart('control-plane', contextWithoutPrograms(false))).toEqual({
      available: false,
      reason: 'KUBEBUILDER_ASSETS is set, but there is no program /nowhere/etcd',
    });
  });

  it('throws it when nothing may be skipped', async () => {
    await expect(requirePart('control-plane', contextWithoutPrograms(true))).rejects.toThrow('/nowhere/etcd');
  });
});

function contextWithoutPrograms(requireAll: boolean): PartContext {
  const environment = {
    cacheDirectory: '/nowhere',
    kubernetesAssets: '/nowhere',
    deviceImage: undefined,
    minioImage: undefined,
    mosquitto: undefined,
    requireAll,
  };
  return { environment, progress: () => undefined };
}
