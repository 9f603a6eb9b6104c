import type { Clock, Logger } from '@k4e/core/ports';
import type { LibpodApi } from '../libpod/index.ts';

/** What the pods of one owner are handled with. */
export interface PodTools {
  readonly api: LibpodApi;
  readonly owner: string;
  readonly clock: Clock;
  readonly logger: Logger;
}
