import { backoffDelayMs, errorText, sleep } from '@k4e/core';
import type { Clock } from '@k4e/core/ports';
import { filtersQuery, jsonLines, refusalText } from '../libpod/index.ts';
import type { PodTools } from '../pods/index.ts';
import { LIFE_CYCLE_EVENTS, eventPod } from './event-pod.ts';
import { createPendingNames } from './pending-names.ts';
import type { PendingNames } from './pending-names.ts';

/** A stream that lived this long was a good one: the next loss starts with a short wait again. */
const STABLE_AFTER_MS = 10_000;

/**
 * Podman begins to follow its events a moment after it has begun to answer. Looking back this far closes the gap; the
 * unit is podman's own. What comes twice is no matter.
 */
const LOOK_BACK = '2s';
const LOOK_BACK_MS = 2_000;

/** How often it is looked whether the clock was set back. */
const CLOCK_CHECK_MS = 15_000;

/** What a watch is made of. */
export interface WatchTools extends PodTools {
  readonly random: () => number;
  /** Names of pods of ours, as last listed. The watch adds those that it meets. */
  readonly knownPods: Set<string>;
}

/** `ContainerRuntime.changes`: one event stream, opened again with back-off for as long as `signal` has not fired. */
export async function* watchChanges(
  tools: WatchTools,
  { signal }: { readonly signal: AbortSignal },
): AsyncGenerator<string | undefined> {
  const ended = new AbortController();
  const either = AbortSignal.any([signal, ended.signal]);
  const pending = createPendingNames(tools.api.limits.pendingChanges, either);
  const following = follow(tools, pending, either);
  try {
    for (let next = await pending.next(); next.done !== true; next = await pending.next()) yield next.value;
  } finally {
    ended.abort();
    await following;
  }
}

/** Never rejects. */
async function follow(tools: WatchTools, pending: PendingNames, signal: AbortSignal): Promise<void> {
  const { clock, logger, random } = tools;
  const isOver = (): boolean => signal.aborted;
  let failures = 0;
  while (!isOver()) {
    const startedMs = clock.monotonicMs();
    const reason = await followOnce(tools, pending, signal).catch(errorText);
    if (isOver()) return;
    failures = clock.monotonicMs() - startedMs >= STABLE_AFTER_MS ? 1 : failures + 1;
    const delayMs = backoffDelayMs(tools.api.limits.reconnect, failures, random);
    const fields = { reason, retryInMs: delayMs };
    if (failures === 1) logger.warn('lost the event stream of podman', fields);
    else logger.debug('podman gives no event stream yet', fields);
    await sleep(clock, delayMs, { signal }).catch(() => undefined);
  }
}

/**
 * Follows one stream to its end, and says why it ended. One that has come to lie in the future is given up: podman leaves out of
 * a stream what bears an earlier time than its beginning, which is everything once the clock was set back.
 */
async function followOnce(tools: WatchTools, pending: PendingNames, signal: AbortSignal): Promise<string> {
  const ended = new AbortController();
  const isOver = AbortSignal.any([signal, ended.signal]);
  const setBack = untilSetBack(tools.clock, isOver);
  const reading = readStream(tools, pending, isOver);
  try {
    return await Promise.race([reading, setBack]);
  } finally {
    ended.abort();
    await Promise.allSettled([reading, setBack]);
  }
}

/** Resolves when the clock shows an earlier time than the stream begins with; rejects with `ABORTED` when that matters no more. */
async function untilSetBack(clock: Clock, signal: AbortSignal): Promise<string> {
  const beganAtMs = clock.nowMs() - LOOK_BACK_MS;
  while (clock.nowMs() >= beganAtMs) await sleep(clock, CLOCK_CHECK_MS, { signal });
  return 'the clock was set back';
}

async function readStream(tools: WatchTools, pending: PendingNames, signal: AbortSignal): Promise<string> {
  const { api, knownPods, owner } = tools;
  const query = {
    stream: 'true',
    since: LOOK_BACK,
    ...filtersQuery({ type: ['container', 'pod'], event: LIFE_CYCLE_EVENTS }),
  };
  const stream = await api.stream({ method: 'GET', path: 'events', query, signal });
  pending.add(undefined);
  if (stream.status !== 200) {
    stream.close();
    return refusalText({ status: stream.status, body: undefined });
  }
  for await (const event of jsonLines(stream.chunks, api.limits.streamLineBytes)) {
    const name = eventPod(event, owner, (podName) => knownPods.has(podName));
    if (name === undefined) continue;
    knownPods.add(name);
    pending.add(name);
  }
  return 'podman ended it';
}
