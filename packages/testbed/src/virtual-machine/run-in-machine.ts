import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { COMMAND_DEADLINE_MS } from '../processes/index.ts';
import type { CommandOptions, CommandResult } from '../processes/index.ts';

/** What of a command can be said across the machine's border. */
export type MachineCommandOptions = Pick<CommandOptions, 'signal' | 'deadlineMs'>;

/** Runs a program in the machine whose `COMMAND_PORT` is `port` here. Fails when the machine does not take it, or is gone before it has ended. */
export async function runInMachine(
  port: number,
  args: readonly string[],
  { signal, deadlineMs = COMMAND_DEADLINE_MS }: MachineCommandOptions = {},
): Promise<CommandResult> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const socket = connect({ host: '127.0.0.1', port });
  const end = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  const abort = (): void => {
    socket.destroy(new Error(`${args.join(' ')} was ended in the machine`, { cause: end.reason }));
  };
  end.addEventListener('abort', abort);
  try {
    end.throwIfAborted();
    socket.end(args.map((word) => `${word}\0`).join(''));
    return resultIn(await text(socket), args);
  } finally {
    end.removeEventListener('abort', abort);
    socket.destroy();
  }
}

function resultIn(answer: string, args: readonly string[]): CommandResult {
  const [stdout = '', stderr, code] = answer.split('\0');
  if (stderr === undefined || code === undefined)
    throw new Error(`the machine did not say how ${args.join(' ')} ended`);
  return { code: Number(code), stdout, stderr };
}
