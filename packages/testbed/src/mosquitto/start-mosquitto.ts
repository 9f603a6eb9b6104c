import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

import { defaultPartContext } from '../parts/index.ts';
import type { PartContext } from '../parts/index.ts';
import { freePorts, makeTemporaryDirectory, startDaemon, startInSteps, waitUntil } from '../processes/index.ts';
import type { Daemon, Stoppable } from '../processes/index.ts';
import { makeCertificates } from './certificates.ts';
import type { Certificates } from './certificates.ts';
import { environmentOf } from './extracted-program.ts';
import { findMosquitto } from './find-mosquitto.ts';
import { writeConfiguration } from './mosquitto-configuration.ts';

/** How a broker is started. */
export interface MosquittoOptions {
  /** Where its parts are looked for. Default: this process's environment. */
  readonly context?: PartContext;
  /** Passwords by username. Default: everybody may come in without. */
  readonly users?: Readonly<Record<string, string>>;
  /** TLS, and a certificate of every client, by an authority of its own. Default: false. */
  readonly isSecure?: boolean;
  /** Further lines of its configuration. */
  readonly configuration?: readonly string[];
}

/** A broker of a test's own, on a loopback port, that keeps nothing. */
export interface Mosquitto extends Stoppable {
  /** `mqtt://` or `mqtts://` with address and port; the same however often it is killed and started. */
  readonly url: string;
  readonly port: number;
  /** Holds its files. Removed with it. */
  readonly directory: string;
  /** Of a secure one: whom to trust, and who its clients are. */
  readonly certificates: Certificates | undefined;
  /** What it has logged so far. */
  log(): Promise<string>;
  /** Ends it at once, as a power cut does: its port refuses connections, those that were there are gone. */
  kill(): Promise<void>;
  /** Starts it again after `kill`; resolves when it takes connections. It knows nothing of before. Nothing happens while it runs. */
  restart(): Promise<void>;
  /** Freezes it: its port takes connections, nothing is answered. */
  pause(): void;
  /** Ends `pause`. Nothing happens to one that was killed. */
  resume(): void;
}

const READY_DEADLINE_MS = 20_000;

/** Starts a broker (20 ms; 100 ms with TLS). Fails with `PartUnavailableError` when it cannot be had. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  const { context = defaultPartContext(), users, isSecure = false, configuration: further = [] } = options;
  const [part] = await findMosquitto(context);
  const program = part?.location ?? 'mosquitto';
  return startInSteps(async (undo) => {
    const directory = await makeTemporaryDirectory();
    undo(() => directory.release());
    const [port = 0] = await freePorts(1);
    const certificates = isSecure ? await makeCertificates(directory.path) : undefined;
    const parts = { program, directory: directory.path, port, users, certificates, further };
    const configuration = await writeConfiguration(parts);
    const logFile = join(directory.path, 'mosquitto.log');
    const env = await environmentOf(program);
    const start = async (): Promise<Daemon> => {
      const daemon = await startDaemon({ command: [program, '-c', configuration], logFile, env });
      await untilItListens(daemon, port);
      return daemon;
    };
    let daemon = await start();
    undo(() => daemon.stop());
    return {
      url: `${isSecure ? 'mqtts' : 'mqtt'}://127.0.0.1:${String(port)}`,
      port,
      directory: directory.path,
      certificates,
      log: () => readFile(logFile, 'utf8'),
      kill: () => daemon.stop(),
      restart: async () => {
        if (!daemon.isRunning()) daemon = await start();
      },
      pause: () => signal(daemon, 'SIGSTOP'),
      resume: () => signal(daemon, 'SIGCONT'),
    };
  });
}

function signal(daemon: Daemon, name: NodeJS.Signals): void {
  if (daemon.isRunning()) process.kill(daemon.process.pid, name);
}

async function untilItListens(daemon: Daemon, port: number): Promise<void> {
  const listens = async (): Promise<boolean> => {
    if (!daemon.isRunning()) throw new Error(`mosquitto ended: ${await daemon.logTail()}`);
    return takesConnections(port);
  };
  await waitUntil(listens, { what: 'mosquitto listens', deadlineMs: READY_DEADLINE_MS, intervalMs: 5 });
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (doesTake: boolean): void => {
      socket.destroy();
      resolve(doesTake);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
