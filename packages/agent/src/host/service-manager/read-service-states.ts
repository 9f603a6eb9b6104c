import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What systemd says of a service. */
export interface ServiceState {
  readonly unit: string;
  /** Such as `active`, `activating`, `inactive`, `failed`. */
  readonly active: string;
  /** Such as `running`, `auto-restart`, `dead`. */
  readonly sub: string;
}

const LIMIT_MS = 5_000;
const run = promisify(execFile);

/** How systemd says that services are; those that it does not know, and all where there is no systemd, are left out. Never rejects. */
export async function readServiceStates(units: readonly string[]): Promise<readonly ServiceState[]> {
  const properties = '--property=Id,LoadState,ActiveState,SubState';
  try {
    const { stdout } = await run('systemctl', ['show', properties, '--', ...units], { timeout: LIMIT_MS });
    return parseServiceStates(stdout);
  } catch {
    return [];
  }
}

/** What `systemctl show` prints of several units. Pure. */
export function parseServiceStates(text: string): readonly ServiceState[] {
  return text.split('\n\n').flatMap(parseState);
}

/** One block of what `systemctl show` prints. */
function parseState(block: string): readonly ServiceState[] {
  const values = new Map(
    block.split('\n').map((line) => {
      const [name = '', ...value] = line.split('=');
      return [name, value.join('=')];
    }),
  );
  const [unit, load, active, sub] = ['Id', 'LoadState', 'ActiveState', 'SubState'].map((name) => values.get(name));
  if (unit === undefined || active === undefined || sub === undefined || load !== 'loaded') return [];
  return [{ unit, active, sub }];
}
