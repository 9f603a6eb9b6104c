import type { JsonObject } from '../foundation/index.ts';
import type { CallOptions } from './call-options.ts';

/** Longest note on a pod, in characters. */
export const MAX_POD_NOTE_LENGTH = 32_768;
/** Most repairs that are kept until somebody asks for them. */
export const MAX_RUNTIME_REPAIRS = 256;
/** Longest reason of a probe that failed, in characters. */
export const MAX_PROBE_REASON_LENGTH = 256;

/** A pod to run: identity, a fingerprint of everything that makes it what it is, and its Kubernetes manifest. */
export interface PodRequest {
  /** DNS subdomain, at most 63 characters; unique per owner. The pod carries this name. */
  readonly name: string;
  /** Equal for pods that need no replacement. At most 63 characters of [A-Za-z0-9._-]. */
  readonly fingerprint: string;
  /** A `v1` `Pod` without status. Its restart policy is obeyed, and its probes are made, by the caller, never by the runtime. */
  readonly manifest: JsonObject;
  /**
   * Registry credentials for the pod's images, as the text of a docker `config.json`. Never logged.
   */
  readonly registryAuth?: string;
  /**
   * Text that is kept with the pod and told in `ObservedPod.note`: what its starter wants to know of it after its own end.
   * At most `MAX_POD_NOTE_LENGTH` characters; no secrets.
   */
  readonly note?: string;
}

/** Where a container is in its life, as the runtime sees it. `exited` has an `exitCode`. */
export type ContainerState = 'created' | 'running' | 'paused' | 'exited' | 'unknown';

/** A container of a pod of ours; infrastructure containers and finished init containers are left out. */
export interface ObservedContainer {
  /** The container's name in the pod's manifest. */
  readonly name: string;
  readonly state: ContainerState;
  readonly exitCode?: number;
  /** Milliseconds since 1970 of the last start and the last exit, where known. */
  readonly startedAtMs?: number;
  readonly finishedAtMs?: number;
}

/** A pod of ours as it is. */
export interface ObservedPod {
  readonly name: string;
  /** Of the request it was started from; `undefined` when it cannot be told: then it needs replacement. */
  readonly fingerprint: string | undefined;
  /** The runtime's own word for the pod, such as podman's `Running`, `Degraded`, `Exited`. Goes to the heartbeat verbatim. */
  readonly status: string;
  /** Of the request it was started from; absent without one. */
  readonly note?: string;
  readonly containers: readonly ObservedContainer[];
}

/** What an implementation can do, as data. */
export interface RuntimeCapabilities {
  /** Name and version for people, such as `podman 5.4.2`. */
  readonly version: string;
  /** Whether it runs as root: host ports below 1024, host paths of root. */
  readonly rootful: boolean;
}

/** Something in the runtime's own storage that was damaged, or may be, and was removed: what needs it makes it anew. */
export interface RuntimeRepair {
  /** `storage`: all that was there, but the volumes of workloads. */
  readonly kind: 'pod' | 'image' | 'storage';
  /** Of the pod, or of the image as its users call it; of storage the path. */
  readonly name: string;
  /** For people: what was found, such as `the power was cut before it was on the disk`. */
  readonly reason: string;
}

/** Where a network probe goes. Without a host: the pod's own address. */
export interface ProbeTarget {
  readonly host?: string;
  readonly port: number;
}

/**
 * One look at a container's health, as Kubernetes defines it:
 *
 * | kind | is good when |
 * |---|---|
 * | `exec` | the command, run in the container, ends with 0 |
 * | `httpGet` | the answer has a status from 200 to 399. Redirects are followed on the same host only; certificates are not verified |
 * | `tcpSocket` | the connection is accepted |
 */
export type ProbeAction =
  | { readonly kind: 'exec'; readonly command: readonly string[] }
  | (ProbeTarget & {
      readonly kind: 'httpGet';
      readonly scheme: 'http' | 'https';
      /** Begins with a slash; may have a query. */
      readonly path: string;
      readonly headers: readonly { readonly name: string; readonly value: string }[];
    })
  | (ProbeTarget & { readonly kind: 'tcpSocket' });

/**
 * What came of a probe. The reason is for people: one line of at most `MAX_PROBE_REASON_LENGTH` printable characters, which may
 * hold what the command printed.
 */
export type ProbeOutcome = { readonly isGood: true } | { readonly isGood: false; readonly reason: string };

/**
 * Runs pods on the device. Sees and touches only pods labelled as this owner's; all other pods, containers and images
 * on the same engine stay as they are.
 *
 * | call | outcome |
 * |---|---|
 * | `list` | every pod of ours, whatever its state, with its note as it was given |
 * | `prepare` | all images that the pod needs are on the device, as far as its pull policies ask for that; nothing else has changed, whatever pod has the name. Rejects as `start` does for its images and for a request that is none |
 * | `start` | the pod exists and all its containers were started |
 * | `start` when a pod of ours of that name and fingerprint exists | its containers that do not run are started; nothing that has run is replaced, and when it fails the pod stays |
 * | `start` when one of ours has another fingerprint | rejects with `CONFLICT`: `remove` it first |
 * | `start` when a foreign pod has the name | rejects with `RUNTIME_NAME_TAKEN`; the foreign pod is untouched |
 * | `start` of a pod that was not there, which fails (`RUNTIME_IMAGE_NOT_FOUND`, `RUNTIME_PORT_TAKEN`, `RUNTIME_FAILED`) | nothing of the pod is left behind |
 * | any call whose signal fires | rejects with `ABORTED`, once the engine has ended what it was at: nothing goes on behind the caller's back, unless the engine takes longer than the adapter's limit, a few seconds |
 * | `start` cut off by its signal | what was done stays; `start` goes on with it, `remove` takes it away |
 * | `start` cut off by a crash | `list` shows what is there, without fingerprint where a part is missing; `start` goes on with what is whole, `remove` then `start` repairs the rest. The engine may go on for a moment: who looked too early gets `CONFLICT`, and looks again |
 * | `restart` | containers of the pod that have exited are started again, the others are not touched; with `containers`, only those named. `NOT_FOUND` without the pod |
 * | `end` | those of the named containers that run get SIGTERM, and SIGKILL after `graceMs` (default 10 s; an engine may count whole seconds, and then rounds up), and have exited; the others go on. `NOT_FOUND` without the pod |
 * | `probe` | what came of one look at a running container, at the latest `timeoutMs` after the look began; what it takes the engine to get that far does not count. Nothing is changed, besides what the command does |
 * | `probe` that takes longer | is not good. A command may go on: it is not begun again while it does, which is not good either |
 * | `probe` of a container that is not there, or does not run | `NOT_FOUND` |
 * | `probe` that cannot be made, for a reason that is not the container's | `RUNTIME_FAILED`: this says nothing of its health |
 * | `remove` | pod and containers are gone and its host ports free; containers get SIGTERM, and SIGKILL after `graceMs` (default 10 s; an engine may count whole seconds, and then rounds up); no pod is fine |
 * | power cut | what `start` and `prepare` had done may be damaged when the machine is back. What can be told to be is removed before the first `list` resolves, and else when it fails; never an image that cannot be had again, while it may be whole |
 * | `repairs` | what was removed for that since it was last asked, oldest first, at most `MAX_RUNTIME_REPAIRS` |
 * | `changes` | yields the name of a pod of ours after something happened to it; may repeat and coalesce. Yields `undefined` when it may have missed something (start of the stream, reconnect): `list` again. Ends only by `signal` |
 *
 * All reject with `RUNTIME_UNAVAILABLE` when the engine cannot be reached, except `changes`, which waits for it.
 */
export interface ContainerRuntime {
  /** Cheap after the first call. */
  capabilities(options?: CallOptions): Promise<RuntimeCapabilities>;
  list(options?: CallOptions): Promise<readonly ObservedPod[]>;
  prepare(pod: PodRequest, options?: CallOptions): Promise<void>;
  start(pod: PodRequest, options?: CallOptions): Promise<void>;
  restart(name: string, options?: CallOptions & { readonly containers?: readonly string[] }): Promise<void>;
  end(
    name: string,
    options: CallOptions & { readonly containers: readonly string[]; readonly graceMs?: number },
  ): Promise<void>;
  probe(
    pod: string,
    container: string,
    action: ProbeAction,
    options: CallOptions & { readonly timeoutMs: number },
  ): Promise<ProbeOutcome>;
  remove(name: string, options?: CallOptions & { readonly graceMs?: number }): Promise<void>;
  repairs(): readonly RuntimeRepair[];
  changes(options: { readonly signal: AbortSignal }): AsyncIterable<string | undefined>;
}
