import { isRecord } from '@k4e/core';

/** The levels of our `Logger`. */
const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof LEVELS)[number];

/** A line as it is to be logged. */
export interface OutputLine {
  readonly level: Level;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** sd-daemon(3): a digit in angle brackets is the line's syslog priority. */
const PRIORITY = /^<([0-7])>/;
const LEVEL_OF_PRIORITY: readonly Level[] = ['error', 'error', 'error', 'error', 'warn', 'info', 'info', 'debug'];
/** What we say of a line ourselves; in any case of letters, which a journal does not tell apart. */
const RESERVED = new Set(['TIME', 'LEVEL', 'MESSAGE', 'WORKER', 'SUPPRESSED']);

/**
 * What a worker's line says of itself: its priority as services of systemd give it, or a JSON object with `level` and `message`
 * as our own programs write it. Any other line has the level that is usual for where it came from.
 */
export function readOutputLine(text: string, usual: Level): OutputLine {
  const [prefix, priority] = PRIORITY.exec(text) ?? [];
  if (prefix !== undefined) {
    const level = LEVEL_OF_PRIORITY[Number(priority)] ?? usual;
    return { level, message: text.slice(prefix.length), fields: {} };
  }
  return readJson(text) ?? { level: usual, message: text, fields: {} };
}

function readJson(text: string): OutputLine | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const line: unknown = JSON.parse(text);
    if (!isRecord(line) || typeof line.message !== 'string') return undefined;
    const level = LEVELS.find((known) => known === line.level);
    if (level === undefined) return undefined;
    const fields = Object.fromEntries(Object.entries(line).filter(([name]) => !RESERVED.has(name.toUpperCase())));
    return { level, message: line.message, fields };
  } catch {
    return undefined;
  }
}
