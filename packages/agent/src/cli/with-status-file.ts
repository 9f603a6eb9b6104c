import type { DeviceOutcome } from '@k4e/core/device';
import type { Logger } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import type { WorkerConfig } from '../config/index.ts';
import type { Agent } from '../create-agent.ts';
import { readAddresses } from '../host/hardware/index.ts';
import { identifyProcess } from '../host/processes/index.ts';
import type { StatusFileKeeper, StatusFileOptions } from '../host/status/index.ts';

/** What a program has that keeps a status file. */
export interface StatusFileHost {
  readonly version: string;
  readonly pid: number;
  readonly createStatusFile: (options: StatusFileOptions) => StatusFileKeeper;
}

/** Runs an agent, and keeps the file that says how it fares for as long. Ends as the agent does. */
export async function withStatusFile(
  { deviceId, statusFile: path, controlPlane }: WorkerConfig,
  { version: agentVersion, pid, createStatusFile }: StatusFileHost,
  logger: Logger,
  create: (parts: { readonly onStatusChange: () => void }) => Agent,
  signal: AbortSignal,
): Promise<DeviceOutcome> {
  const agent = create({ onStatusChange: () => file.noteChange() });
  const file = createStatusFile({
    ...{ path, deviceId, agentVersion, controlPlaneUrl: controlPlane.url, logger, clock: createSystemClock() },
    status: () => agent.status(),
    addresses: readAddresses,
    process: () => identifyProcess(pid),
  });
  const end = new AbortController();
  const following = file.follow({ signal: end.signal });
  try {
    return await agent.run({ signal });
  } finally {
    end.abort();
    await following;
  }
}
