import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { createAgent } from '@k4e/agent';
import type { Agent } from '@k4e/agent';
import type { DeviceActivity } from '@k4e/core/device';
import type { Clock, Firewall, Logger, ResourceStore } from '@k4e/core/ports';
import { CONFIG_MAP, EDGE_DEPLOYMENT, EDGE_DEVICE, SECRET } from '@k4e/core/resources';
import type { EdgeDeployment, EdgeDevice, ResourceRef } from '@k4e/core/resources';
import { createSystemClock } from '@k4e/core/system';
import { createNftablesFirewall, createNoFirewall } from '@k4e/firewall-nftables';
import { createOperator, operatorConfigSchema } from '@k4e/operator';
import { createPodmanRuntime } from '@k4e/runtime-podman';
import { createSqliteStore } from '@k4e/store-sqlite';
import type { SqliteStore } from '@k4e/store-sqlite';
import { buildWorkloadImage, startPodman } from '@k4e/testbed';
import type { Podman } from '@k4e/testbed';
import type { LocalStorage } from './local-storage.ts';

/** The namespace of everything in a local fleet. */
export const NAMESPACE = 'default';
/** Name of the field owner of what a local fleet's user applies. */
const USER = 'local-fleet';
/** Of the device's `spec.storage`: who applies labels alone would take it away again. */
const BUCKET_OWNER = 'local-fleet-storage';
/** Name of the ConfigMap and the Secret that tell the bucket. */
const BUCKET_DOCUMENTS = 'demo-bucket';

/** An operator on the embedded store and one agent on this machine's podman, on storage of their own. */
export interface LocalFleet {
  readonly store: ResourceStore;
  readonly podman: Podman;
  readonly agent: Agent;
  readonly edgeUrl: string;
  readonly opensPorts: boolean;
  device(): Promise<EdgeDevice | undefined>;
  deployment(name: string): Promise<EdgeDeployment | undefined>;
  /** Applies what `kubectl apply` would: an EdgeDeployment manifest. */
  apply(manifest: unknown): Promise<EdgeDeployment>;
  labelDevice(labels: Record<string, string>): Promise<void>;
  /** Gives the device that bucket, as one would with a ConfigMap and a Secret. */
  giveBucket(storage: LocalStorage): Promise<void>;
  /** Rejects as soon as operator or agent end by themselves. */
  readonly ended: Promise<never>;
  /** Removes the pods, and everything else that was made. */
  stop(): Promise<void>;
}

/** What a local fleet needs to be told. */
export interface LocalFleetOptions {
  readonly deviceId: string;
  readonly logger: Logger;
  readonly note: (line: string) => void;
  /** The name under which pods find the workload image. */
  readonly image: string;
  readonly onActivity: (activity: DeviceActivity) => void;
}

/** How often the agent looks for its configuration: more often than the default, so that nobody waits. */
const POLL_INTERVAL_MS = 1_000;

/** Our own table, so that an agent that runs on this machine keeps its own. */
const FIREWALL_TABLE = 'k4e_local';

async function chooseFirewall(logger: Logger, note: (line: string) => void): Promise<Firewall> {
  if (process.getuid?.() !== 0) {
    note('not root: podman publishes ports of 1024 and above by itself, and no firewall ports are opened');
    return createNoFirewall({ logger });
  }
  const firewall = createNftablesFirewall({ table: FIREWALL_TABLE, policy: 'accept', logger });
  try {
    await firewall.apply([]);
    return firewall;
  } catch (error) {
    note(
      `nftables cannot be used here, so no ports are opened: ${error instanceof Error ? error.message : String(error)}`,
    );
    return createNoFirewall({ logger });
  }
}

/** Reads a manifest from `examples/`. */
export async function readExample(file: string): Promise<unknown> {
  return parse(await readFile(join(import.meta.dirname, '..', '..', 'examples', file), 'utf8'));
}

/** Starts a podman that has the workload image under the name asked for. */
export async function startLocalPodman({ note, image }: Pick<LocalFleetOptions, 'note' | 'image'>): Promise<Podman> {
  const built = await buildWorkloadImage();
  const podman = await startPodman({ archives: [built.archive] });
  note(`podman ${podman.version} on ${podman.socketPath}, storage of its own`);
  const { code, stderr } = await podman.podman(['tag', built.name, image]);
  if (code !== 0) throw new Error(`podman tag ${built.name} ${image}: ${stderr}`);
  return podman;
}

/** Starts an operator on that store, on free ports of the loopback interface. */
export async function startLocalOperator(
  directory: string,
  store: SqliteStore,
  parts: { clock: Clock; logger: Logger },
  signal: AbortSignal,
) {
  const config = operatorConfigSchema.parse({
    store: { type: 'embedded', file: join(directory, 'operator.db') },
    edgeApi: { address: '127.0.0.1:0' },
    ops: { metricsAddress: '127.0.0.1:0' },
  });
  const operator = createOperator(config, { ...parts, store });
  const operating = operator.run({ signal });
  const { edgeUrl } = await operator.listening();
  return { edgeUrl, operating };
}

/** What an EdgeDevice's `spec.storage.s3` names: where the bucket is, and who may use it. */
function bucketPlace({ endpoint, bucket, region }: LocalStorage): Record<string, string> {
  const { protocol, hostname, port } = new URL(endpoint);
  const scheme = protocol.slice(0, -1);
  return {
    BUCKET_HOST: hostname,
    BUCKET_PORT: port === '' ? (scheme === 'http' ? '80' : '443') : port,
    BUCKET_NAME: bucket,
    BUCKET_REGION: region,
    BUCKET_SCHEME: scheme,
  };
}

function bucketCredentials({ credentials }: LocalStorage): Record<string, string> {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return {
    AWS_ACCESS_KEY_ID: base64(credentials.accessKeyId),
    AWS_SECRET_ACCESS_KEY: base64(credentials.secretAccessKey),
  };
}

function userActions(
  store: ResourceStore,
  ref: ResourceRef,
): Pick<LocalFleet, 'device' | 'deployment' | 'apply' | 'labelDevice' | 'giveBucket'> {
  return {
    device: () => store.get(EDGE_DEVICE, ref),
    deployment: (name) => store.get(EDGE_DEPLOYMENT, { namespace: NAMESPACE, name }),
    async apply(manifest) {
      const { metadata, spec } = EDGE_DEPLOYMENT.admit(manifest);
      const { name, namespace } = metadata;
      return store.apply(EDGE_DEPLOYMENT, { metadata: { name, namespace }, spec }, { owner: USER, force: true });
    },
    async labelDevice(labels) {
      await store.apply(EDGE_DEVICE, { metadata: { ...ref, labels } }, { owner: USER, force: true });
    },
    async giveBucket(storage) {
      const metadata = { namespace: NAMESPACE, name: BUCKET_DOCUMENTS };
      await store.apply(CONFIG_MAP, { metadata, data: bucketPlace(storage) }, { owner: USER });
      await store.apply(SECRET, { metadata, data: bucketCredentials(storage) }, { owner: USER });
      const s3 = { configMapName: BUCKET_DOCUMENTS, secretName: BUCKET_DOCUMENTS };
      await store.apply(
        EDGE_DEVICE,
        { metadata: ref, spec: { storage: { s3 } } },
        { owner: BUCKET_OWNER, force: true },
      );
    },
  };
}

/** Starts everything; resolves when the operator listens and the agent runs. What began is undone when it fails. */
export async function startLocalFleet(options: LocalFleetOptions): Promise<LocalFleet> {
  const directory = await mkdtemp(join(tmpdir(), 'k4e-fleet-'));
  const podman = await startLocalPodman(options);
  return startOn(podman, directory, options).catch(async (error: unknown) => {
    await podman.stop();
    await rm(directory, { recursive: true, force: true });
    throw error;
  });
}

async function startOn(podman: Podman, directory: string, options: LocalFleetOptions): Promise<LocalFleet> {
  const { deviceId, logger, note, onActivity } = options;
  const clock = createSystemClock();
  const firewall = await chooseFirewall(logger, note);
  const store = createSqliteStore({ file: join(directory, 'operator.db'), clock, logger });
  const stopper = new AbortController();
  const { edgeUrl, operating } = await startLocalOperator(directory, store, { clock, logger }, stopper.signal);
  const runtime = createPodmanRuntime({ socketPath: podman.socketPath, owner: deviceId, clock, logger });
  const stateDir = join(directory, 'agent');
  const agent = createAgent({
    deviceId,
    controlPlaneUrl: edgeUrl,
    stateDir,
    pollIntervalMs: POLL_INTERVAL_MS,
    runtime,
    firewall,
    logger,
    onActivity,
  });
  const running = agent.run(stopper);
  const ended = Promise.race([operating, running]).then((): never => {
    throw new Error('operator or agent ended by themselves');
  });
  ended.catch(() => undefined);
  return {
    ...userActions(store, { namespace: NAMESPACE, name: deviceId }),
    store,
    podman,
    agent,
    edgeUrl,
    opensPorts: firewall.capabilities.opensPorts,
    ended,
    async stop() {
      stopper.abort();
      await Promise.allSettled([operating, running]);
      for (const { name } of await runtime.list()) await runtime.remove(name, { graceMs: 1_000 });
      await firewall.clear();
      await podman.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
