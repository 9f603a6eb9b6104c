import { connect } from 'node:net';
import type { Socket } from 'node:net';

const ANSWER_DEADLINE_MS = 10_000;

/**
 * Has the emulator that listens at `socketPath` do a command of its machine protocol (QMP). Fails with what it answers when it
 * cannot, and when it does not answer within 10 s.
 */
export async function tellEmulator(
  socketPath: string,
  command: string,
  args: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const socket = connect({ path: socketPath, signal: AbortSignal.timeout(ANSWER_DEADLINE_MS) });
  const send = (execute: string, given?: Readonly<Record<string, unknown>>): void => {
    socket.write(`${JSON.stringify({ execute, arguments: given })}\n`);
  };
  const steps = [() => send('qmp_capabilities'), () => send(command, args)];
  try {
    for await (const line of linesOf(socket)) {
      if (line.startsWith('{"error"')) throw new Error(`the emulator does not do ${command}: ${line}`);
      // It greets, answers each command, and tells of events in between.
      if (!/^\{"(QMP|return)"/.test(line)) continue;
      const step = steps.shift();
      if (step === undefined) return;
      step();
    }
    throw new Error(`the emulator did not answer ${command}`);
  } finally {
    socket.destroy();
  }
}

async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of socket) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
