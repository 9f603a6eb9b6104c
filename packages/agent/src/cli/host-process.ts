import { writeSync } from 'node:fs';
import { createSystemClock } from '@k4e/core/system';
import { createServiceManager, journalOf, withInheritedSockets } from '../host/service-manager/index.ts';
import type { HostProcess } from './run-program.ts';
import { stopOnSignals } from './stop-on-signals.ts';

/** What a program of that version has from this process. From now on signals stop it. */
export function hostProcess(target: NodeJS.Process, version: string): HostProcess {
  const env = withInheritedSockets(target.env);
  const journal = journalOf(env, writeSync);
  return {
    ...(journal === undefined ? {} : { journal }),
    args: target.argv.slice(2),
    version,
    user: { uid: target.getuid?.() ?? 0, env: target.env },
    signal: stopOnSignals(target),
    serviceManager: createServiceManager({
      env,
      pid: target.pid,
      clock: createSystemClock(),
      write: writeSync,
    }),
    out: (text) => target.stdout.write(text),
    err: (text) => target.stderr.write(text),
  };
}
