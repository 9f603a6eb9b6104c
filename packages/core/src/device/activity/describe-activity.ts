import type { DeviceActivities, DeviceActivityType } from './device-activity.ts';

/** How much an activity matters. */
export type ActivityLevel = 'debug' | 'info' | 'warn';

/** An activity in words. */
export interface ActivityDescription {
  readonly level: ActivityLevel;
  readonly text: string;
  /** What is wrong, in words that are the same at each try; absent where nothing is. */
  readonly fault?: string;
  /** The reason under which it goes to the control plane as an event; absent when it does not. */
  readonly reason?: string;
}

type Describe<T extends DeviceActivityType> = (details: DeviceActivities[T]) => ActivityDescription;

const debug = (text: string): ActivityDescription => ({ level: 'debug', text });
const info = (text: string, reason?: string): ActivityDescription => describe('info', text, reason);
/** `next`: what comes of it, which is another thing at each try. */
const warn = (fault: string, reason?: string, next?: string): ActivityDescription => ({
  ...describe('warn', next === undefined ? fault : `${fault}; ${next}`, reason),
  fault,
});

const DESCRIPTIONS: { readonly [T in DeviceActivityType]: Describe<T> } = {
  configurationRestored: ({ version, workloads }) =>
    info(`the saved configuration ${version} with ${workloads} workloads was read`),
  configurationAccepted: ({ version, workloads }) =>
    info(`configuration ${version} with ${workloads} workloads received`),
  configurationApplied: ({ version }) => info(`configuration ${version} is in force`, 'ConfigurationApplied'),
  configurationRefused: ({ message }) =>
    warn(`configuration refused, the one before stays in force: ${message}`, 'ConfigurationRefused'),
  workloadRefused: ({ workload, message }) => warn(`workload ${workload} cannot run: ${message}`, 'WorkloadRefused'),
  stateDamaged: ({ document, message }) =>
    warn(`saved state ${document} cannot be read and is taken for absent: ${message}`, 'StateDamaged'),
  stateNotSaved: ({ document, message }) => warn(`state ${document} could not be saved: ${message}`, 'StateNotSaved'),
  workloadStarting: ({ workload }) => debug(`starting workload ${workload}`),
  workloadStarted: ({ workload, durationMs }) =>
    info(`workload ${workload} started in ${Math.round(durationMs)} ms`, 'WorkloadStarted'),
  workloadRestarted: ({ workload, message }) =>
    warn(`workload ${workload} was started again: ${message}`, 'WorkloadRestarted'),
  workloadUnhealthy: ({ workload, message }) =>
    warn(`workload ${workload} is unhealthy: ${message}`, 'WorkloadUnhealthy'),
  workloadFailed: ({ workload, message, retryInMs, isNew }) =>
    warn(`workload ${workload}: ${message}`, isNew ? 'WorkloadFailed' : undefined, nextTry(retryInMs)),
  workloadRemoved: ({ workload, cause }) =>
    info(`workload ${workload} removed: ${REMOVAL_WORDS[cause]}`, cause === 'unwanted' ? 'WorkloadRemoved' : undefined),
  portsOpened: ({ workload, ports, isEnforced }) =>
    isEnforced
      ? info(`host ports of workload ${workload} opened: ${portTexts(ports)}`)
      : info(`host ports of workload ${workload}: ${portTexts(ports)}; this agent opens no ports itself`),
  portsClosed: ({ workload, ports }) => info(`host ports of workload ${workload} closed: ${portTexts(ports)}`),
  firewallFailed: ({ message }) => warn(`the firewall could not be changed: ${message}`, 'FirewallFailed'),
  portsObstructed: ({ message }) => warn(`host ports are not reachable: ${message}`, 'PortsObstructed'),
  runtimeUnavailable: ({ message }) =>
    warn(`the container runtime cannot be asked; workloads stay as they are: ${message}`, 'RuntimeUnavailable'),
  runtimeAvailable: () => info('the container runtime answers again', 'RuntimeAvailable'),
  storageRepaired: ({ kind, name, message }) =>
    kind === 'storage'
      ? warn(`the container storage ${name} was damaged and is begun anew: ${message}`, 'StorageRepaired')
      : warn(`${kind} ${name} was removed from the container storage and is made anew: ${message}`, 'StorageRepaired'),
  registered: ({ durationMs }) => info(`registered after ${Math.round(durationMs)} ms`),
  registrationFailed: ({ message, retryInMs }) =>
    warn(`registration failed: ${message}`, undefined, nextTry(retryInMs)),
  linkConnected: () => info('the control plane answers'),
  linkWaiting: ({ message, retryInMs }) => debug(`the control plane: ${message}; next try in ${seconds(retryInMs)}`),
  linkPaused: ({ durationMs }) => info(`reconnecting in ${seconds(durationMs)}, as the control plane asked`),
  messageIgnored: ({ message }) => warn(`a message was ignored: ${message}`),
  heartbeatSent: ({ version, durationMs }) =>
    debug(`heartbeat sent in ${Math.round(durationMs)} ms, configuration ${version ?? 'none'}`),
  heartbeatFailed: ({ message, retryInMs }) => warn(`heartbeat failed: ${message}`, undefined, nextTry(retryInMs)),
  hardwareUnreadable: ({ message }) => warn(`the hardware could not be read: ${message}`, 'HardwareUnreadable'),
  fileUploaded: ({ workload, path, key, sizeBytes, durationMs }) =>
    debug(`workload ${workload}: ${path} uploaded to ${key}, ${sizeBytes} bytes in ${Math.round(durationMs)} ms`),
  uploadsCompleted: ({ workload, files, sizeBytes }) =>
    debug(`workload ${workload}: ${files} files with ${sizeBytes} bytes uploaded, nothing is pending`),
  uploadFailed: ({ workload, message, isNew }) =>
    warn(`files of workload ${workload}: ${message}`, isNew ? 'UploadFailed' : undefined),
  uploadRefused: ({ workload, message }) => warn(`files of workload ${workload}: ${message}`, 'UploadRefused'),
  uploadsBlocked: ({ message, retryInMs, isNew }) =>
    warn(`files cannot be uploaded and wait: ${message}`, isNew ? 'UploadsBlocked' : undefined, nextTry(retryInMs)),
  uploadsUnblocked: () => info('files can be uploaded again', 'UploadsUnblocked'),
  bucketListed: ({ objects }) => info(`${objects} objects that are in the bucket were listed`),
  bucketNotListed: ({ message }) =>
    warn(`the bucket may not be listed, files that are in it are uploaded again: ${message}`),
  finalUploadCompleted: ({ workload }) =>
    info(`all files of the removed workload ${workload} are uploaded`, 'UploadCompleted'),
  finalUploadIncomplete: (details) =>
    warn(
      `not all files of the removed workload ${details.workload} are uploaded${leftTexts(details)}`,
      'UploadIncomplete',
    ),
  disconnecting: () => info('the control plane has let this device go: removing workloads, ports, files and state'),
  cleanupFailed: ({ message }) => warn(`removing failed: ${message}`),
  disconnected: () => info('this device is disconnected, and stays so until it is commissioned again'),
};

const REMOVAL_WORDS = {
  unwanted: 'it is not in the configuration',
  withheld: 'it must not run',
  changed: 'it has changed',
  incomplete: 'it was started only in part',
} as const;

/** Puts an activity in words. Never holds a secret. */
export function describeActivity<T extends DeviceActivityType>(
  type: T,
  details: DeviceActivities[T],
): ActivityDescription {
  return DESCRIPTIONS[type](details);
}

function describe(level: ActivityLevel, text: string, reason: string | undefined): ActivityDescription {
  return reason === undefined ? { level, text } : { level, text, reason };
}

function leftTexts({ pendingFiles, pendingBytes, message }: DeviceActivities['finalUploadIncomplete']): string {
  const left = pendingFiles === undefined ? '' : `: ${pendingFiles} with ${pendingBytes ?? 0} bytes are left`;
  return message === undefined ? left : `${left}; ${message}`;
}

function portTexts(ports: DeviceActivities['portsOpened']['ports']): string {
  return ports.map(({ port, protocol }) => `${port}/${protocol}`).join(', ');
}

function nextTry(retryInMs: number | undefined): string {
  return retryInMs === undefined ? 'not tried again until it changes' : `next try in ${seconds(retryInMs)}`;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1_000)} s`;
}
