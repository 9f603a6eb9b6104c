import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { defaultPartContext } from '../parts/index.ts';
import type { PartContext } from '../parts/index.ts';
import { freePorts, makeTemporaryDirectory, runChecked, runCommand, startInSteps } from '../processes/index.ts';
import type { CommandOptions, CommandResult, Stoppable } from '../processes/index.ts';
import { apiServerSwitch, caFileOf } from './api-server.ts';
import type { ApiServerSwitch } from './api-server.ts';
import { writeCredentials } from './credentials.ts';
import { startEtcd } from './etcd.ts';
import type { Etcd } from './etcd.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { findControlPlanePrograms } from './programs.ts';

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
export interface ControlPlane extends Stoppable {
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
  /** A token of a service account that exists, through the TokenRequest API. Good for a day: tests of outages take hours. */
  serviceAccountToken(namespace: string, name: string, options?: { readonly signal?: AbortSignal }): Promise<string>;
}

/** What kubectl is given besides its arguments. */
export type KubectlOptions = Pick<CommandOptions, 'signal' | 'stdin' | 'deadlineMs'>;

/** Starts etcd and kube-apiserver (about 3 s), built first if this machine never did. Fails with `PartUnavailableError` when they cannot be had. */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const programs = await findControlPlanePrograms(options.context ?? defaultPartContext());
  const call = options.signal === undefined ? {} : { signal: options.signal };
  return startInSteps(async (undo) => {
    const directory = await makeTemporaryDirectory();
    undo(() => directory.release());
    const adminToken = await writeCredentials(directory.path);
    const etcd = await startEtcd(programs.etcd.location, directory.path, call);
    undo(() => etcd.stop());
    const [port = 0] = await freePorts(1);
    const server = apiServerSwitch({
      program: programs.kubeApiserver.location,
      directory: directory.path,
      etcdUrl: etcd.url,
      port,
      watchCache: options.watchCache ?? true,
    });
    undo(() => server.stop());
    await server.start(call);
    return assemble({ kubectl: programs.kubectl.location, directory: directory.path, port, etcd, server, adminToken });
  });
}

interface Pieces {
  readonly kubectl: string;
  readonly directory: string;
  readonly port: number;
  readonly etcd: Etcd;
  readonly server: ApiServerSwitch;
  readonly adminToken: string;
}

async function assemble(pieces: Pieces): Promise<Omit<ControlPlane, 'stop'>> {
  const { directory, etcd, server, adminToken } = pieces;
  const url = `https://127.0.0.1:${String(pieces.port)}`;
  const caFile = caFileOf(directory);
  const caData = await readFile(caFile, 'utf8');
  const kubeconfigFor = (token: string): Promise<string> => writeKubeconfig(directory, { url, ca: caData, token });
  const adminKubeconfigPath = await kubeconfigFor(adminToken);
  const kubectl = [pieces.kubectl, `--cache-dir=${join(directory, 'kubectl-cache')}`];
  const asAdmin = [...kubectl, `--kubeconfig=${adminKubeconfigPath}`];
  return {
    url,
    caFile,
    caData,
    adminToken,
    adminKubeconfigPath,
    kubeconfigFor,
    kubectl: (args, call) => {
      const hasOwn = args.some((arg) => arg.startsWith('--kubeconfig'));
      return runCommand([...(hasOwn ? kubectl : asAdmin), ...args], call);
    },
    stopApiServer: server.stop,
    startApiServer: server.start,
    compact: (call) => etcd.compact(call),
    serviceAccountToken: async (namespace, name, call) =>
      (
        await runChecked([...asAdmin, 'create', 'token', name, `--namespace=${namespace}`, '--duration=24h'], call)
      ).trim(),
  };
}
