import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the environment says about the parts. Read in one place, and handed on as a value. */
export interface TestbedEnvironment {
  /** Where parts that were built or pulled are kept, for all checkouts: `${XDG_CACHE_HOME:-~/.cache}/k4e`. */
  readonly cacheDirectory: string;
  /** `K4E_REQUIRE_ALL=1`: a part that cannot be had is a failure, never a skip. */
  readonly requireAll: boolean;
  /** `KUBEBUILDER_ASSETS`: a directory with `kube-apiserver`, `etcd` and `kubectl`, as envtest has it. */
  readonly kubernetesAssets: string | undefined;
  /** `K4E_TEST_DEVICE_IMAGE`: an image with podman in it that is pulled instead of the usual one. */
  readonly deviceImage: string | undefined;
  /** `K4E_TEST_MINIO_IMAGE`: an image of MinIO that is pulled instead of the usual one. */
  readonly minioImage: string | undefined;
  /** `K4E_TEST_MOSQUITTO`: a program `mosquitto` that is used instead of the usual one. */
  readonly mosquitto: string | undefined;
}

/** Reads the environment of this process, or the one given. */
export function readTestbedEnvironment(env: NodeJS.ProcessEnv = process.env): TestbedEnvironment {
  const cacheHome = nonEmpty(env.XDG_CACHE_HOME) ?? join(homedir(), '.cache');
  return {
    cacheDirectory: join(cacheHome, 'k4e'),
    requireAll: env.K4E_REQUIRE_ALL === '1',
    kubernetesAssets: nonEmpty(env.KUBEBUILDER_ASSETS),
    deviceImage: nonEmpty(env.K4E_TEST_DEVICE_IMAGE),
    minioImage: nonEmpty(env.K4E_TEST_MINIO_IMAGE),
    mosquitto: nonEmpty(env.K4E_TEST_MOSQUITTO),
  };
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === undefined || value === '' ? undefined : value;
}
