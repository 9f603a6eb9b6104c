import type { UploadReport } from '../uploads/index.ts';
import type { DeviceTrouble } from './device-status.ts';

/** What each part of a device says that is wrong with it; `undefined`: nothing. */
export interface KnownTroubles {
  readonly configuration: string | undefined;
  readonly runtime: string | undefined;
  readonly firewall: string | undefined;
  /** By workload. */
  readonly uploads: ReadonlyMap<string, UploadReport>;
}

/** What is wrong with the device, in the order in which it matters. Pure. */
export function listTroubles({ configuration, runtime, firewall, uploads }: KnownTroubles): readonly DeviceTrouble[] {
  const upload = [...uploads.values()].find(({ problem }) => problem !== undefined);
  const messages = {
    runtime,
    configuration,
    firewall,
    uploads: upload?.problem === undefined ? undefined : `${upload.workload}: ${upload.problem.message}`,
  };
  const parts = ['runtime', 'configuration', 'firewall', 'uploads'] as const;
  return parts.flatMap((part) => {
    const message = messages[part];
    return message === undefined ? [] : [{ part, message }];
  });
}
