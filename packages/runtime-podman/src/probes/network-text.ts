import { isRecord } from '@k4e/core';

/** Why somebody could not be reached, in the words of the system, such as `ECONNREFUSED`. */
export function networkText(error: unknown, { host, port }: { readonly host: string; readonly port: number }): string {
  const code = isRecord(error) && typeof error.code === 'string' ? error.code : 'connection lost';
  return `${host.includes(':') ? `[${host}]` : host}:${port}: ${code}`;
}
