import type { CallOptions, Clock, Logger } from '@k4e/core/ports';
import type { EngineFacts, LibpodApi } from '../libpod/index.ts';
import type { SpareRoom } from '../full-disk/index.ts';
import type { RepairLog, UnsyncedNotes } from '../power-cuts/index.ts';

/** What the pods of one owner are handled with. */
export interface PodTools {
  readonly api: LibpodApi;
  readonly facts: (options: CallOptions) => Promise<EngineFacts>;
  readonly owner: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly notes: UnsyncedNotes;
  readonly repairs: RepairLog;
  readonly spareRoom: SpareRoom;
}
