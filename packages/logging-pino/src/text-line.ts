import { isRecord } from '@k4e/core';

const SHOWN_ELSEWHERE = new Set(['time', 'level', 'msg', 'message']);

/**
 * Turns a line of JSON, as the logger writes it, into one for people: time, level, message, then `key=value`.
 * Control characters are escaped, so that a value from outside cannot forge a line.
 */
export function textLine(json: string): string {
  const line: unknown = JSON.parse(json);
  if (!isRecord(line)) return json;
  const level = String(line.level).toUpperCase().padEnd(5);
  return `${escapeControls(`${String(line.time)} ${level}`)} ${messageText(line)}\n`;
}

/** The message of a line for people with its fields, without time and level. */
export function messageText(line: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(line)
    .filter(([key]) => !SHOWN_ELSEWHERE.has(key))
    .map(([key, value]) => `${key}=${fieldText(value)}`);
  return escapeControls([String(line.message), ...fields].join(' '));
}

function fieldText(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
}

function escapeControls(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what this looks for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
