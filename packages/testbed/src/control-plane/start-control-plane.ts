import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { defaultPartContext } from '../parts/index.ts';
import type { PartContext } from '../parts/index.ts';
import { freePorts, makeTemporaryDirectory, runChecked, runCommand, stopAll } from '../processes/index.ts';
import type { CommandOptions, CommandResult, Daemon } from '../processes/index.ts';
import { caFileOf, startApiServer } from './api-server.ts';
import { writeCredentials } from './credentials.ts';
import { startEtcd } from './etcd.ts';
import type { Etcd } from './etcd.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { findControlPlanePrograms } from './programs.ts';
import type { ControlPlanePrograms } from './programs.ts';

/** How a control plane is started. */
export interface ControlPlaneOptions {
  readonly signal?: AbortSignal;
  /** Where its programs are looked for. Default: this process's environment. */
  readonly context?: PartContext;
  /**
   * Whether watches are served from the API server's memory, as everywhere. Default true. With false they are served
   * from etcd: then `compact()` alone is enough for an old watch to be answered with 410; with true it takes a restart too.
   */
  readonly watchCache?: boolean;
}

/** A real kube-apiserver on a real etcd, with RBAC, on loopback. There is no controller manager: nothing collects garbage, namespaces do not finish terminating. */
export interface ControlPlane {
  readonly url: string;
  /** The certificate authority of `url`, as a file and as PEM text. */
  readonly caFile: string;
  readonly caData: string;
  /** A token of group `system:masters`. */
  readonly adminToken: string;
  readonly adminKubeconfigPath: string;
  /** Writes a kubeconfig for another token (`serviceAccountToken`); it is gone with the control plane. */
  kubeconfigFor(token: string): Promise<string>;
  /** Runs kubectl as the administrator, or with `--kubeconfig` of the caller's. A non-zero status is a result, not an error. */
  kubectl(args: readonly string[], options?: KubectlOptions): Promise<CommandResult>;
  /** Ends the API server: at once, or with SIGTERM first when `graceMs` is more than 0. */
  stopApiServer(options?: { readonly graceMs?: number }): Promise<void>;
  /** Starts it again on the same port and data, and resolves when it is ready. */
  startApiServer(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /** Makes etcd forget all history; resolves with the newest revision. See `ControlPlaneOptions.watchCache`. */
  compact(options?: { readonly signal?: AbortSignal }): Promise<number>;
  /** A token of a service account that exists, through the TokenRequest API. Good for an hour. */
  serviceAccountToken(namespace: string, name: string, options?: { readonly signal?: AbortSignal }): Promise<string>;
  /** Ends everything and removes its data. Safe to call twice. */
  stop(): Promise<void>;
}

/** What kubectl is given besides its arguments. */
export type KubectlOptions = Pick<CommandOptions, 'signal' | 'stdin' | 'deadlineMs'>;

/** Starts etcd and kube-apiserver (about 3 s), built first if this machine never did. Fails with `PartUnavailableError` when they cannot be had. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const programs = await findControlPlanePrograms(options.context ?? defaultPartContext());
  const directory = await makeTemporaryDirectory();
  const call = options.signal === undefined ? {} : { signal: options.signal };
  let etcd: Etcd | undefined;
  try {
    const adminToken = await writeCredentials(directory.path);
    etcd = await startEtcd(programs.etcd.location, directory.path, call);
    const server = await startServerSwitch(programs, directory.path, etcd.url, options);
    return await assemble({ programs, directory, etcd, server, adminToken });
  } catch (error) {
    await stopAll([() => etcd?.stop(), () => directory.release()]);
    throw error;
  }
}

interface Pieces {
  readonly programs: ControlPlanePrograms;
  readonly directory: { readonly path: string; release(): Promise<void> };
  readonly etcd: Etcd;
  readonly server: ServerSwitch;
  readonly adminToken: string;
}

async function assemble({ programs, directory, etcd, server, adminToken }: Pieces): Promise<ControlPlane> {
  const caFile = caFileOf(directory.path);
  const caData = await readFile(caFile, 'utf8');
  const kubeconfigFor = (token: string): Promise<string> =>
    writeKubeconfig(directory.path, { url: server.url, ca: caData, token });
  const adminKubeconfigPath = await kubeconfigFor(adminToken);
  const kubectlBase = [programs.kubectl.location, `--cache-dir=${join(directory.path, 'kubectl-cache')}`];
  const asAdmin = [...kubectlBase, `--kubeconfig=${adminKubeconfigPath}`];
  return {
    url: server.url,
    caFile,
    caData,
    adminToken,
    adminKubeconfigPath,
    kubeconfigFor,
    kubectl: (args, call = {}) => {
      const base = args.some((arg) => arg.startsWith('--kubeconfig')) ? kubectlBase : asAdmin;
      return runCommand([...base, ...args], call);
    },
    stopApiServer: (call) => server.stop(call),
    startApiServer: (call) => server.start(call),
    compact: (call) => etcd.compact(call),
    serviceAccountToken: async (namespace, name, call = {}) =>
      (await runChecked([...asAdmin, 'create', 'token', name, `--namespace=${namespace}`], call)).trim(),
    stop: () => stopAll([() => server.stop(), () => etcd.stop(), () => directory.release()]),
  };
}

interface ServerSwitch {
  readonly url: string;
  start(options?: { readonly signal?: AbortSignal }): Promise<void>;
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}

async function startServerSwitch(
  programs: ControlPlanePrograms,
  directory: string,
  etcdUrl: string,
  { watchCache = true, signal }: ControlPlaneOptions,
): Promise<ServerSwitch> {
  const [port = 0] = await freePorts(1);
  const configuration = { program: programs.kubeApiserver.location, directory, etcdUrl, port, watchCache };
  let running: Daemon | undefined;
  const server: ServerSwitch = {
    url: `https://127.0.0.1:${String(port)}`,
    start: async (options) => {
      running ??= await startApiServer(configuration, options);
    },
    stop: async (options) => {
      await running?.stop(options);
      running = undefined;
    },
  };
  await server.start(signal === undefined ? {} : { signal });
  return server;
}
