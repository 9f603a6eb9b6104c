import { K4eError, hasCode, sleep } from '@k4e/core';
import type { CallOptions, Clock, ProbeOutcome } from '@k4e/core/ports';
import { ask, execSessionShape, execShape, failure, isDone, refusalText, startDeadline } from '../libpod/index.ts';
import type { LibpodApi } from '../libpod/index.ts';
import { readExecOutput } from './exec-output.ts';
import { GOOD, bad, late } from './outcome.ts';

/** How often a command whose output has ended is looked at: podman notes its end a moment later. */
const END_POLL_MS = 20;

/** Runs a command in a container. */
type ExecProber = (
  containerId: string,
  command: readonly string[],
  options: CallOptions & { readonly timeoutMs: number },
) => Promise<ProbeOutcome>;

/**
 * Creates a prober that runs commands. Podman cannot end a command whose time is up. It is left to itself, and not begun
 * again in that container before it has ended.
 */
export function createExecProber(api: LibpodApi, clock: Clock): ExecProber {
  const left = new Map<string, string>();
  return async (containerId, command, { timeoutMs, signal }) => {
    const key = JSON.stringify([containerId, command]);
    const before = left.get(key);
    if (before !== undefined && (await look(api, before, signal))?.Running === true) {
      return bad('the command of an earlier probe has not ended yet');
    }
    left.delete(key);
    const session = await create(api, containerId, command, signal);
    const outcome = await run(api, clock, session, { timeoutMs, signal });
    if (outcome !== undefined) return outcome;
    for (const oldest of left.keys()) if (left.size >= api.limits.leftCommands) left.delete(oldest);
    left.set(key, session);
    return late(timeoutMs);
  };
}

async function create(
  api: LibpodApi,
  containerId: string,
  command: readonly string[],
  signal: AbortSignal | undefined,
): Promise<string> {
  const answer = await api.call({
    method: 'POST',
    path: `containers/${containerId}/exec`,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ AttachStdout: true, AttachStderr: true, Cmd: command }),
    signal,
  });
  if (isDone(answer)) return execSessionShape.parse(answer.body).Id;
  throw asMissing(failure(containerId, refusalText(answer), api.limits.errorTextLength), answer.status);
}

/** What came of a command; `undefined` when its time was up. */
async function run(
  api: LibpodApi,
  clock: Clock,
  session: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal | undefined },
): Promise<ProbeOutcome | undefined> {
  const stream = await api.stream({
    method: 'POST',
    path: `exec/${session}/start`,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ Detach: false, Tty: false }),
    signal,
  });
  const deadline = startDeadline(clock, { timeoutMs, signal, cancelTimeoutMs: 0 });
  deadline.signal.addEventListener('abort', () => stream.close(), { once: true });
  try {
    const output = await readExecOutput(stream.chunks, api.limits.probeOutputBytes);
    const { ExitCode } = await ended(api, clock, session, deadline.signal);
    return ExitCode === 0 ? GOOD : bad(`the command ended with ${ExitCode}${output === '' ? '' : `: ${output}`}`);
  } catch (error) {
    if (deadline.isPast()) return undefined;
    if (signal?.aborted === true) throw new K4eError('ABORTED', { retry: 'never' });
    throw error;
  } finally {
    deadline.dispose();
    stream.close();
  }
}

/** The session once its command has ended. */
async function ended(
  api: LibpodApi,
  clock: Clock,
  session: string,
  signal: AbortSignal,
): Promise<{ readonly ExitCode: number }> {
  for (;;) {
    const found = await look(api, session, signal);
    if (found === undefined) throw new K4eError('RUNTIME_FAILED', { message: 'podman has forgotten a command' });
    if (!found.Running) return found;
    await sleep(clock, END_POLL_MS, { signal });
  }
}

/** A session; `undefined` when podman has forgotten it. */
async function look(
  api: LibpodApi,
  session: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly Running: boolean; readonly ExitCode: number } | undefined> {
  try {
    return await ask(api, execShape, { method: 'GET', path: `exec/${session}/json`, signal });
  } catch (error) {
    if (hasCode(error, 'RUNTIME_FAILED')) return undefined;
    throw error;
  }
}

/** A container that has ended meanwhile is none to be probed. */
function asMissing(error: K4eError, status: number): K4eError {
  const isMissing = status === 404 || hasCode(error, 'CONFLICT');
  return isMissing ? new K4eError('NOT_FOUND', { message: error.message, cause: error }) : error;
}
