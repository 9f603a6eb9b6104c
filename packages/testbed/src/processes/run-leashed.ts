import type { CleanupStep } from './cleanup-step.ts';
import { hold } from './leash.ts';
import type { Held } from './leash.ts';
import { identifyProcess } from './process-identity.ts';
import { checkedOutput, runCommand } from './run-command.ts';
import type { CommandOptions } from './run-command.ts';

/**
 * As `runChecked`, for programs that run for minutes: it is killed when this process is gone. `waitsForChild` as in
 * `startDaemon`.
 */
export async function runLeashed(
  command: readonly string[],
  options: CommandOptions & { readonly waitsForChild?: boolean } = {},
): Promise<string> {
  const { waitsForChild = false, ...rest } = options;
  let held: Held | undefined;
  const onStart = (pid: number): void => {
    const started = identifyProcess(pid);
    const kind: CleanupStep['kind'] = waitsForChild ? 'kill-children' : 'kill';
    if (started !== undefined) held = hold([{ kind, process: started }]);
  };
  try {
    return checkedOutput(command, await runCommand(command, { ...rest, onStart }));
  } finally {
    await held?.release();
  }
}
