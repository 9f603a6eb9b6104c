import { readFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';

import { startDaemon, waitUntil } from '../processes/index.ts';
import type { Daemon } from '../processes/index.ts';

/** What an API server is started with. The same value starts it again: same port, same data, same certificate. */
export interface ApiServerConfiguration {
  readonly program: string;
  /** Holds the certificate, the log and the files that `writeCredentials` made. */
  readonly directory: string;
  readonly etcdUrl: string;
  readonly port: number;
  /** Whether watches are served from memory. Without, they are served from etcd, and end with its compactions. */
  readonly watchCache: boolean;
}

const READY_DEADLINE_MS = 120_000;
const REQUEST_DEADLINE_MS = 10_000;

/** The certificate authority of the server's certificate, there once the server has run. */
export function caFileOf(directory: string): string {
  return join(directory, 'certs', 'apiserver.crt');
}

/** An API server that can be stopped and started again. */
export interface ApiServerSwitch {
  /** Starts it and resolves when `/readyz` says so; at once when it runs. */
  readonly start: (options?: { readonly signal?: AbortSignal }) => Promise<void>;
  /** Ends it if it runs: at once, or with SIGTERM first when `graceMs` is more than 0. */
  readonly stop: (options?: { readonly graceMs?: number }) => Promise<void>;
}

/** An API server that does not run yet. */
export function apiServerSwitch(configuration: ApiServerConfiguration): ApiServerSwitch {
  let running: Daemon | undefined;
  return {
    start: async (options) => {
      running ??= await startApiServer(configuration, options);
    },
    stop: async (options) => {
      const stopped = running;
      running = undefined;
      await stopped?.stop(options);
    },
  };
}

async function startApiServer(
  configuration: ApiServerConfiguration,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Daemon> {
  const { directory, port } = configuration;
  const daemon = await startDaemon({
    command: commandLine(configuration),
    logFile: join(directory, 'kube-apiserver.log'),
  });
  try {
    await waitUntil(() => isReady(daemon, caFileOf(directory), port), {
      ...options,
      what: 'the API server is ready',
      deadlineMs: READY_DEADLINE_MS,
    });
  } catch (error) {
    const log = await daemon.logTail();
    await daemon.stop();
    throw new Error(`kube-apiserver did not start: ${log}`, { cause: error });
  }
  return daemon;
}

function commandLine({ program, directory, etcdUrl, port, watchCache }: ApiServerConfiguration): readonly string[] {
  return [
    program,
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${String(port)}`,
    `--cert-dir=${join(directory, 'certs')}`,
    `--service-account-key-file=${join(directory, 'service-account.pub')}`,
    `--service-account-signing-key-file=${join(directory, 'service-account.key')}`,
    '--service-account-issuer=https://k4e.test',
    `--token-auth-file=${join(directory, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    // Nobody makes the `default` service accounts here: there is no controller manager.
    '--disable-admission-plugins=ServiceAccount',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--allow-privileged=true',
    `--watch-cache=${String(watchCache)}`,
  ];
}

async function isReady(daemon: Daemon, caFile: string, port: number): Promise<boolean> {
  if (!daemon.isRunning()) throw new Error('kube-apiserver ended');
  const ca = await readFile(caFile, 'utf8').catch(() => undefined);
  return ca !== undefined && (await statusOf(ca, port)) === 200;
}

function statusOf(ca: string, port: number): Promise<number> {
  return new Promise((resolve) => {
    const call = request({ host: '127.0.0.1', port, path: '/readyz', ca, agent: false, timeout: REQUEST_DEADLINE_MS });
    call.on('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => {
      resolve(0);
    });
    call.end();
  });
}
