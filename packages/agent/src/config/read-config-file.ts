import { K4eError, errorText, isRecord } from '@k4e/core';
import { parseDocument } from 'yaml';
import { readTextFile } from '../host/files/index.ts';

/** Largest configuration file, in bytes: 64 KiB. */
export const MAX_CONFIG_FILE_BYTES = 65_536;
/** Most times that a configuration may refer to a part of itself (YAML aliases). */
const MAX_ALIASES = 10;

/** Reads a configuration file as YAML; `undefined` when there is none. Throws `CONFIG_INVALID` for what is not a mapping. */
export async function readConfigFile(path: string): Promise<Record<string, unknown> | undefined> {
  const text = await readText(path);
  return text === undefined ? undefined : parseConfigText(text, path);
}

/** The settings in a text of YAML. An empty text has none. */
export function parseConfigText(text: string, path: string): Record<string, unknown> {
  const document = parseDocument(text, { prettyErrors: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem !== undefined) throw invalid(path, problem.message.trim());
  const value = toValue(() => document.toJS({ maxAliasCount: MAX_ALIASES }), path) ?? {};
  if (!isRecord(value)) throw invalid(path, 'is not a list of settings (`name: value`)');
  return value;
}

function toValue(convert: () => unknown, path: string): unknown {
  try {
    return convert();
  } catch (error) {
    throw invalid(path, errorText(error));
  }
}

function readText(path: string): Promise<string | undefined> {
  return readTextFile(path, MAX_CONFIG_FILE_BYTES).catch((error: unknown) => {
    throw invalid(path, `cannot be read: ${errorText(error)}`);
  });
}

function invalid(path: string, message: string): K4eError {
  return new K4eError('CONFIG_INVALID', { subject: path, message, retry: 'never' });
}
