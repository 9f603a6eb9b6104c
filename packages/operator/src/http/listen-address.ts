import { K4eError } from '@k4e/core';

/** Where a server listens. Without a host: on all addresses of the machine. Port 0: any free one. */
export interface ListenAddress {
  readonly host?: string;
  readonly port: number;
}

const ADDRESS = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]/\s]*)):(\d{1,5})$/;
const MAX_PORT = 65_535;

/** Reads `:8888`, `127.0.0.1:8888`, `[::1]:8888` or `localhost:8888`. Throws `CONFIG_INVALID`. */
export function parseListenAddress(text: string): ListenAddress {
  const [, ipv6, name = '', digits = ''] = ADDRESS.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > MAX_PORT) {
    const message = `${JSON.stringify(text)} is no address to listen on, such as ":8888" or "127.0.0.1:8888"`;
    throw new K4eError('CONFIG_INVALID', { message, retry: 'never' });
  }
  const host = ipv6 ?? name;
  return host === '' ? { port } : { host, port };
}

/** The URL under which this machine reaches what listens there; `port` is the one it really got. */
export function urlOf({ host }: ListenAddress, port: number): string {
  const name = host === undefined || host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${String(port)}`;
}
