import type { CallOptions } from '@k4e/core/ports';
import { ask } from './libpod-api.ts';
import type { LibpodApi } from './libpod-api.ts';
import { infoShape } from './libpod-shapes.ts';

/** What of an engine does not change while it runs. */
export interface EngineFacts {
  readonly isRootful: boolean;
  /** Where it keeps images and containers, on its own machine. */
  readonly storageDirectory: string;
  /** The image of its own that holds pods together, as podman 4.3 to 5.4 name it; later ones have none. */
  readonly pauseImage: string;
}

/** Podman needs up to a second to tell: it is asked when somebody first wants to know, and never again. */
export function createEngineFacts(api: LibpodApi): (options: CallOptions) => Promise<EngineFacts> {
  let facts: EngineFacts | undefined;
  return async ({ signal }) => {
    if (facts !== undefined) return facts;
    const { host, store, version } = await ask(api, infoShape, { method: 'GET', path: 'info', signal });
    facts = {
      isRootful: !host.security.rootless,
      storageDirectory: store.graphRoot,
      pauseImage: `localhost/podman-pause:${version.Version}-${version.Built}`,
    };
    return facts;
  };
}
