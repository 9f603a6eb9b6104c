import { MAX_RUNTIME_REPAIRS } from '@k4e/core/ports';
import type { Logger, RuntimeRepair } from '@k4e/core/ports';

/** What was repaired, until somebody asks. */
export interface RepairLog {
  add(repair: RuntimeRepair): void;
  /** Each is given once, the oldest first. */
  take(): readonly RuntimeRepair[];
}

/** Creates a log that keeps the newest `MAX_RUNTIME_REPAIRS`. */
export function createRepairLog(logger: Logger): RepairLog {
  const kept: RuntimeRepair[] = [];
  return {
    add(repair) {
      logger.warn('removed from the storage of podman, to be made anew', { ...repair });
      kept.push(repair);
      kept.splice(0, kept.length - MAX_RUNTIME_REPAIRS);
    },
    take: () => kept.splice(0),
  };
}
