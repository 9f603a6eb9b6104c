import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createGateway } from '@k4e/core/gateway';
import type { GatewayOutcome } from '@k4e/core/gateway';
import { createHttpLink } from '@k4e/core/link';
import type { Clock, DeviceLink, Logger, WorkerHub } from '@k4e/core/ports';
import { EdgeApiClient } from '@k4e/core/protocol';
import { createSystemClock } from '@k4e/core/system';
import { createDispatcher } from '@k4e/link-yggdrasil';
import { createFactsCollector } from '../host/facts/index.ts';
import { createFileStateStore, gatewayDocumentsOf } from '../host/state/index.ts';
import { createTagsFile } from '../host/tags/index.ts';
import { createWorkerProcesses, workerEnvironment } from '../host/workers/index.ts';
import type { WorkerFile } from '../host/workers/index.ts';

/** What a gateway has to be told. */
export interface GatewayHostOptions {
  /** A DNS label, unique in the fleet: the name of the EdgeDevice. */
  readonly deviceId: string;
  /** Scheme, host and port of the edge API, or of what is in between; workers are told. */
  readonly controlPlaneUrl: string;
  /** The way to the control plane. Default: HTTP to `controlPlaneUrl`. */
  readonly transport?: DeviceLink;
  /** Absolute path of the directory for what the gateway must not lose, in `gateway` below it. */
  readonly stateDir: string;
  /** For the dispatcher's socket, and the pid files of workers; for one gateway at a time. Made when it is missing. */
  readonly runDir: string;
  /** Where workers are: files whose names end in `worker`. */
  readonly workersDir: string;
  /** Workers besides those. Default: none. */
  readonly ownWorkers?: readonly WorkerFile[];
  /** Directory of the configuration, which workers are told. */
  readonly configDir: string;
  /** Hosts that detached content is fetched from and workers may post to. */
  readonly allowedHosts: readonly string[];
  /** Takes the place of the host of every such URL. */
  readonly dataHost?: string | undefined;
  /** What the machine's owner calls it: a TOML file, which need not be there. */
  readonly tagsFile: string;
  /** Time between two looks for messages where the control plane does not hold polls, in milliseconds. */
  readonly pollIntervalMs: number;
  readonly logger: Logger;
  /** Which workers are told. */
  readonly logLevel: string;
}

/** A gateway and the workers that it starts. */
export interface GatewayHost {
  /**
   * Passes messages, and runs workers, until `signal` fires or the control plane lets the device go; workers have ended then.
   * Rejects when another gateway serves in `runDir`, and on a defect. Runs once.
   */
  run(options: { readonly signal: AbortSignal }): Promise<GatewayOutcome>;
}

const RUN_DIR_MODE = 0o700;
const SOCKET = 'dispatcher.sock';

/** Puts a gateway together: HTTP to the control plane, gRPC to workers, processes of its own for these. */
export function createGatewayHost(options: GatewayHostOptions): GatewayHost {
  const { deviceId, runDir, tagsFile, logger, logLevel } = options;
  const clock = createSystemClock();
  const tags = createTagsFile({ path: tagsFile, clock, logger });
  return {
    async run({ signal }) {
      await mkdir(runDir, { recursive: true, mode: RUN_DIR_MODE });
      const config = { logLevel, clientId: deviceId, server: options.controlPlaneUrl };
      const hub = createDispatcher({ address: join(runDir, SOCKET), clock, logger, config: () => config });
      const listening = Promise.withResolvers<undefined>();
      const end = new AbortController();
      const gateway = createHostedGateway(options, {
        ...{ clock, hub, tags: () => tags.current() },
        onListening: () => listening.resolve(undefined),
      });
      const done = gateway.run({ signal }).finally(() => end.abort());
      // A hub that cannot begin never listens.
      void done.catch(() => undefined).finally(() => listening.resolve(undefined));
      const following = tags.follow({ signal: end.signal, onChange: () => gateway.reconsider() });
      await listening.promise;
      if (!end.signal.aborted) await createHostedWorkers(options, clock, hub, hub.address).run({ signal: end.signal });
      await following;
      return done;
    },
  };
}

interface Hosted {
  readonly clock: Clock;
  readonly hub: WorkerHub;
  readonly tags: () => Readonly<Record<string, string>>;
  readonly onListening: () => void;
}

function createHostedGateway(options: GatewayHostOptions, hosted: Hosted): ReturnType<typeof createGateway> {
  const { deviceId, controlPlaneUrl, stateDir, allowedHosts, dataHost, pollIntervalMs, logger } = options;
  const parts = { ...hosted, logger, random: Math.random };
  const client = new EdgeApiClient({ url: controlPlaneUrl, userAgent: 'k4e-gateway' });
  return createGateway({
    ...parts,
    transport:
      options.transport ?? createHttpLink({ ...parts, client, deviceId, pollIntervalMs: () => pollIntervalMs }),
    state: createFileStateStore({ directory: gatewayDocumentsOf(stateDir) }),
    uuid: randomUUID,
    facts: createFactsCollector(),
    allowedHosts,
    dataHost,
  });
}

function createHostedWorkers(
  { workersDir, ownWorkers: own = [], runDir, configDir, deviceId, logger, logLevel }: GatewayHostOptions,
  clock: Clock,
  hub: WorkerHub,
  socketAddress: string,
): ReturnType<typeof createWorkerProcesses> {
  const environment = workerEnvironment({ socketAddress, configDir, logLevel, clientId: deviceId });
  const places = { directory: workersDir, own, runDirectory: runDir };
  return createWorkerProcesses({ ...places, environment, hub, clock, logger, random: Math.random });
}
