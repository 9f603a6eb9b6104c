import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { isRoot } from '../parts/index.ts';
import { runChecked } from '../processes/index.ts';
import type { Certificates } from './certificates.ts';
import { environmentOf } from './extracted-program.ts';

/** What a broker is configured with. */
export interface ConfigurationParts {
  readonly program: string;
  /** Where its files are. */
  readonly directory: string;
  readonly port: number;
  readonly users: Readonly<Record<string, string>> | undefined;
  readonly certificates: Certificates | undefined;
  readonly further: readonly string[];
}

/** Writes its configuration, and resolves with the path of it. */
export async function writeConfiguration(parts: ConfigurationParts): Promise<string> {
  const { directory, port, users, certificates, further } = parts;
  const path = join(directory, 'mosquitto.conf');
  const lines = [
    // Else it becomes a user who may not read these files.
    ...(isRoot() ? ['user root'] : []),
    'persistence false',
    'log_dest stderr',
    `listener ${String(port)} 127.0.0.1`,
    ...(users === undefined
      ? ['allow_anonymous true']
      : ['allow_anonymous false', `password_file ${await writePasswords(parts, users)}`]),
    ...(certificates === undefined ? [] : tlsLines(certificates)),
    ...further,
  ];
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

function tlsLines({ ca, server }: Certificates): readonly string[] {
  return [`cafile ${ca}`, `certfile ${server.cert}`, `keyfile ${server.key}`, 'require_certificate true'];
}

async function writePasswords(
  { program, directory }: ConfigurationParts,
  users: Readonly<Record<string, string>>,
): Promise<string> {
  const path = join(directory, 'passwords');
  const lines = Object.entries(users).map(([name, password]) => `${name}:${password}\n`);
  await writeFile(path, lines.join(''), { mode: 0o600 });
  const hash = join(dirname(program), '../bin/mosquitto_passwd');
  await runChecked([hash, '-U', path], { env: await environmentOf(program) });
  return path;
}
