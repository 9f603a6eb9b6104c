import { connect as connectPlain, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { BrokerAddress } from './broker-address.ts';
import type { LoadedTls } from './tls-material.ts';

/** Opens a connection; it may be written to at once, and says by its events what becomes of it. */
export function openSocket({ host, port, isSecure }: BrokerAddress, tls: LoadedTls): Socket {
  if (!isSecure) return connectPlain({ host, port, noDelay: true });
  // A server's name is for names: an address is none (RFC 6066).
  const name = isIP(host) === 0 ? { servername: host } : {};
  return connectSecure({ ...tls, ...name, host, port, minVersion: 'TLSv1.2' }).setNoDelay(true);
}
