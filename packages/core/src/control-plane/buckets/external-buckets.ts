import { K4eError } from '../../foundation/index.ts';
import type { BucketProvisioner, CallOptions, ResourceStore } from '../../ports/index.ts';
import { CONFIG_MAP, SECRET } from '../../resources/index.ts';
import type { Resource, ResourceKind } from '../../resources/index.ts';
import { readEntries } from './bucket-entries.ts';

/**
 * Buckets that somebody made and told in a ConfigMap and a Secret beside the device. Asking again only reads; nothing is
 * ever released.
 */
export function createExternalBuckets({ store }: { readonly store: Pick<ResourceStore, 'get'> }): BucketProvisioner {
  async function read<T extends Resource>(
    kind: ResourceKind<T>,
    namespace: string,
    name: string | undefined,
    options: CallOptions,
  ): Promise<T> {
    const found = name === undefined ? undefined : await store.get(kind, { namespace, name }, options);
    if (found !== undefined) return found;
    const message =
      name === undefined
        ? `name a ${kind.kind} in spec.storage.s3`
        : `there is no ${kind.kind} ${name} in the namespace ${namespace}`;
    throw new K4eError('BUCKET_UNAVAILABLE', { message });
  }
  return {
    async provision({ device: { namespace }, configMapName, secretName }, options = {}) {
      const configMap = await read(CONFIG_MAP, namespace, configMapName, options);
      const secret = await read(SECRET, namespace, secretName, options);
      return { access: readEntries({ configMap, secret, needsRegion: true }) };
    },
    release: () => Promise.resolve(),
  };
}
