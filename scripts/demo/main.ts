/**
 * The main job, on this machine: an operator on the embedded store, an agent on podman, a deployment, a page. Each step is
 * watched where it becomes true: in the resource, in podman, in the packet filter, on the host port.
 */
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import axios from 'axios';
import type { DeviceActivity } from '@k4e/core/device';
import { createPinoLogger } from '@k4e/logging-pino';
import { readExample, startLocalFleet } from '../local-fleet/local-fleet.ts';
import type { LocalFleet } from '../local-fleet/local-fleet.ts';
import { startLocalStorage } from '../local-fleet/local-storage.ts';
import type { LocalStorage } from '../local-fleet/local-storage.ts';
import { createReporter } from './reporter.ts';
import type { Reporter } from './reporter.ts';
import { createSteps } from './steps.ts';
import type { Look } from './steps.ts';

const DEVICE_ID = 'demo-device';
const DEPLOYMENT = 'hello-edge';
const IMAGE = 'localhost/hello-edge:1';
const PORT = 18_080;
const URL = `http://127.0.0.1:${String(PORT)}/`;
const PAGE_LIMIT_MS = 2_000;
/** Where `data.paths` of the example puts what its pod writes. */
const OBJECT_KEY = 'statistics/hello.txt';

type Activities = readonly DeviceActivity[];
const seen = (words: string): Look => ({ seen: words });
const waiting = (words: string): Look => ({ waiting: words });

/** Why the agent cannot go on, in its own words. */
function lastTrouble(activities: Activities): string | undefined {
  const failed = activities.findLast(
    ({ type }) => type === 'workloadFailed' || type === 'registrationFailed' || type === 'configurationRefused',
  );
  return failed !== undefined && 'message' in failed ? failed.message : undefined;
}

async function lookRegistered(fleet: LocalFleet, activities: Activities): Promise<Look> {
  const device = await fleet.device();
  if (device === undefined) return waiting(lastTrouble(activities) ?? `no EdgeDevice ${DEVICE_ID} yet`);
  return seen(`EdgeDevice ${DEVICE_ID}: ${device.status?.hardware?.cpu?.modelName ?? 'a device'} has registered`);
}

async function lookMatched(fleet: LocalFleet): Promise<Look> {
  const entry = (await fleet.device())?.status?.deployments?.find(({ name }) => name === DEPLOYMENT);
  return entry === undefined
    ? waiting(`the device does not carry ${DEPLOYMENT} yet`)
    : seen(`${DEPLOYMENT} is for the device, by its label site=demo`);
}

function lookDelivered(activities: Activities): Look {
  const accepted = activities.findLast(
    (activity) => activity.type === 'configurationAccepted' && activity.workloads > 0,
  );
  if (accepted?.type !== 'configurationAccepted')
    return waiting(lastTrouble(activities) ?? 'the agent has not fetched the configuration yet');
  return seen(`the agent has configuration ${accepted.version}`);
}

async function lookPortOpened(fleet: LocalFleet, activities: Activities): Promise<Look> {
  const opened = activities.some(
    (activity) => activity.type === 'portsOpened' && activity.ports.some(({ port }) => port === PORT),
  );
  if (!opened) return waiting(lastTrouble(activities) ?? `port ${String(PORT)} is not open yet`);
  if (!fleet.opensPorts) return seen(`nothing to open: ports are left to podman here`);
  const { stdout } = await promisify(execFile)('nft', ['list', 'table', 'inet', 'k4e_local']);
  return stdout.includes(String(PORT))
    ? seen(`tcp ${String(PORT)} is in nftables' table inet k4e_local`)
    : waiting('the port is not in the nftables table');
}

async function lookRunning(fleet: LocalFleet, activities: Activities): Promise<Look> {
  const { stdout } = await fleet.podman.podman(['pod', 'ps', '--format', '{{.Name}} {{.Status}}']);
  const pod = stdout.split('\n').find((line) => line.startsWith(`${DEPLOYMENT} `));
  return pod?.endsWith(' Running') === true
    ? seen(`podman says: ${pod}`)
    : waiting(lastTrouble(activities) ?? `podman says: ${pod ?? 'no such pod'}`);
}

async function lookServed(): Promise<Look> {
  const { data } = await axios.get<string>(URL, { timeout: PAGE_LIMIT_MS, responseType: 'text', proxy: false });
  return data.includes(`hello from ${DEVICE_ID}`)
    ? seen(`${URL} says: ${data.trim()}`)
    : waiting(`${URL} says something else`);
}

async function lookStatus(fleet: LocalFleet): Promise<Look> {
  const status = (await fleet.device())?.status;
  const phase = status?.deployments?.find(({ name }) => name === DEPLOYMENT)?.phase;
  const text = `${DEPLOYMENT} is ${phase ?? 'not there'}, workloads ${status?.workloads?.summary ?? '-'}, device ${status?.phase ?? '-'}`;
  return phase === 'Running' && status?.workloads?.summary === '1/1' ? seen(text) : waiting(text);
}

async function lookUploaded(storage: LocalStorage, fleet: LocalFleet): Promise<Look> {
  const text = await storage.read(OBJECT_KEY);
  if (text?.trim() === `hello from ${DEVICE_ID}`) return seen(`${storage.bucket}/${OBJECT_KEY} says: ${text.trim()}`);
  const entry = (await fleet.device())?.status?.deployments?.find(({ name }) => name === DEPLOYMENT);
  return waiting(
    entry?.upload?.message ?? (text === undefined ? `no ${OBJECT_KEY} in the bucket yet` : 'it says something else'),
  );
}

async function runSteps(
  fleet: LocalFleet,
  storage: LocalStorage,
  reporter: Reporter,
  activities: Activities,
  signal: AbortSignal,
): Promise<void> {
  const steps = createSteps(reporter, signal);
  await steps.see('registered', () => lookRegistered(fleet, activities));
  await fleet.labelDevice({ site: 'demo' });
  await fleet.giveBucket(storage);
  await fleet.apply(await readExample('hello-edge/edge-deployment.yaml'));
  await steps.see('matched', () => lookMatched(fleet));
  await steps.see('delivered', () => Promise.resolve(lookDelivered(activities)));
  await steps.see('port-opened', () => lookPortOpened(fleet, activities));
  await steps.see('running', () => lookRunning(fleet, activities));
  await steps.see('served', lookServed);
  await steps.see('status', () => lookStatus(fleet));
  await steps.see('uploaded', () => lookUploaded(storage, fleet));
}

function untilInterrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { once: { type: 'boolean' }, json: { type: 'boolean' }, 's3-endpoint': { type: 'string' } },
  });
  const { once = false, json = false, 's3-endpoint': s3Endpoint } = values;
  const reporter = createReporter({ json });
  const stopper = new AbortController();
  const interrupt = (): void => stopper.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const activities: DeviceActivity[] = [];
  const logger = createPinoLogger({ level: 'error', format: 'text' });
  let fleet: LocalFleet | undefined;
  let storage: LocalStorage | undefined;
  try {
    storage = await startLocalStorage(s3Endpoint);
    reporter.note(`files go to ${storage.name}, bucket ${storage.bucket}`);
    fleet = await startLocalFleet({
      deviceId: DEVICE_ID,
      image: IMAGE,
      logger,
      note: (line) => reporter.note(line),
      onActivity: (activity) => activities.push(activity),
    });
    await Promise.race([runSteps(fleet, storage, reporter, activities, stopper.signal), fleet.ended]);
    if (!once) {
      reporter.note(`all steps seen. ${URL} stays up until Ctrl-C`);
      await Promise.race([untilInterrupted(stopper.signal), fleet.ended]);
    }
    return 0;
  } catch (error) {
    if (stopper.signal.aborted) return once ? 130 : 0;
    reporter.note(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    if (fleet !== undefined) reporter.note('cleaning up ...');
    await fleet?.stop();
    await storage?.stop();
  }
}

process.exitCode = await main();
