import { errorText } from '@k4e/core';
import { readDisconnectMarker } from '@k4e/core/link';
import { DEFAULT_CONFIG_FILE, SYSTEM_STATUS_FILE, defaultLocations, resolveWorkerConfig } from '../../config/index.ts';
import type { AgentUser, WorkerConfig } from '../../config/index.ts';
import type { MachineAddress } from '../../host/hardware/index.ts';
import type { ProcessIdentity } from '../../host/processes/index.ts';
import type { ServiceState } from '../../host/service-manager/index.ts';
import { createFileStateStore, gatewayDocumentsOf, stateDocumentsOf } from '../../host/state/index.ts';
import { MAX_LISTED_ADDRESSES, readStatusFile } from '../../host/status/index.ts';
import type { StatusFile } from '../../host/status/index.ts';
import { loadConfig } from '../load-config.ts';
import { explainAbsence } from './explain-absence.ts';
import type { StatusFlags } from './parse-status-flags.ts';
import type { AbsentReport, StatusReport } from './status-report.ts';

/** What of the machine a report is made of, besides files. */
export interface ReportParts {
  readonly isAlive: (process: ProcessIdentity) => Promise<boolean>;
  readonly readServiceStates: (units: readonly string[]) => Promise<readonly ServiceState[]>;
  readonly readAddresses: () => Promise<readonly MachineAddress[]>;
}

const SERVICES = ['k4e-agent.service', 'k4e-gateway.service'];

/** How the agent fares that this user asks for: the user's own, else the machine's. Rejects when a status cannot be read. */
export async function makeReport(flags: StatusFlags, user: AgentUser, parts: ReportParts): Promise<StatusReport> {
  const settings = flags.statusFile === undefined ? {} : { statusFile: flags.statusFile };
  const configured = await loadConfig({ resolve: resolveWorkerConfig }, { ...flags, settings }, user).catch(errorText);
  const config = typeof configured === 'string' ? undefined : configured;
  let stale: StatusFile | undefined;
  for (const path of placesOf(flags, config, user)) {
    const status = await readStatusFile(path);
    if (status !== undefined && (await parts.isAlive(status.agent))) return { isRunning: true, ...status };
    stale ??= status;
  }
  const problem = typeof configured === 'string' ? configured : undefined;
  return { isRunning: false, ...(await describeAbsent({ flags, config, problem, stale }, parts)) };
}

function placesOf(flags: StatusFlags, config: WorkerConfig | undefined, user: AgentUser): readonly string[] {
  const own = config?.statusFile ?? flags.statusFile ?? defaultLocations(user).statusFile;
  const isNamed = flags.statusFile !== undefined || flags.configFile !== undefined;
  return isNamed ? [own] : [...new Set([own, SYSTEM_STATUS_FILE])];
}

interface Absent {
  readonly flags: StatusFlags;
  readonly config: WorkerConfig | undefined;
  readonly problem: string | undefined;
  /** What an agent has left that ended without a word. */
  readonly stale: StatusFile | undefined;
}

async function describeAbsent({ flags, config, problem, stale }: Absent, parts: ReportParts): Promise<AbsentReport> {
  const controlPlaneUrl = config?.controlPlane.url;
  const absence = explainAbsence({
    ...{ problem, controlPlaneUrl, configFile: flags.configFile ?? DEFAULT_CONFIG_FILE },
    isLetGo: config !== undefined && (await wasLetGo(config.stateDir)),
    services: await parts.readServiceStates(SERVICES),
  });
  return {
    ...absence,
    deviceId: config?.deviceId ?? stale?.deviceId,
    controlPlane: { url: controlPlaneUrl ?? stale?.controlPlane.url },
    addresses: [...(await parts.readAddresses())].slice(0, MAX_LISTED_ADDRESSES),
    ...(stale?.lastError === undefined ? {} : { lastError: stale.lastError }),
  };
}

/** As far as this user may read it. */
async function wasLetGo(stateDir: string): Promise<boolean> {
  const stores = [stateDocumentsOf(stateDir), gatewayDocumentsOf(stateDir)];
  const markers = stores.map((directory) =>
    readDisconnectMarker(createFileStateStore({ directory })).catch(() => undefined),
  );
  return (await Promise.all(markers)).some((marker) => marker !== undefined);
}
