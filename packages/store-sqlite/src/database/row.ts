import type { SQLOutputValue } from 'node:sqlite';
import { K4eError } from '@k4e/core';

/** A row as `node:sqlite` gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** A column that holds text. Throws `STATE_CORRUPT` when it does not. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw new K4eError('STATE_CORRUPT', { message: `column ${column} holds no text`, retry: 'never' });
}

/** A column that holds a whole number. Throws `STATE_CORRUPT` when it does not. */
export function integerOf(row: Row | undefined, column: string): number {
  const value = row?.[column];
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new K4eError('STATE_CORRUPT', { message: `column ${column} holds no whole number`, retry: 'never' });
}
