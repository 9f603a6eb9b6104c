import { K4eError } from '@k4e/core';

/** Where a broker listens. */
export interface BrokerAddress {
  /** For people: scheme, host and port. */
  readonly label: string;
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

/** Schemes that are understood, and their ports. Those after the first two are paho's words for the same, as yggdrasil has them. */
const SCHEMES: Readonly<Record<string, { readonly port: number; readonly isSecure: boolean }>> = {
  'mqtt:': { port: 1883, isSecure: false },
  'mqtts:': { port: 8883, isSecure: true },
  'tcp:': { port: 1883, isSecure: false },
  'ssl:': { port: 8883, isSecure: true },
  'tls:': { port: 8883, isSecure: true },
};

/**
 * Reads a broker's URL: scheme, host and, where it is not the scheme's own, a port. Throws `INVALID_INPUT` for anything else,
 * and for one with a user or password in it: what is in a URL comes into logs. The error does not quote it.
 */
export function readBrokerUrl(text: string): BrokerAddress {
  const url = URL.parse(text);
  if (url === null) throw invalid('a broker is given as mqtt://host:port or mqtts://host:port');
  const scheme = SCHEMES[url.protocol];
  if (scheme === undefined) throw invalid(`${url.protocol} is no scheme for a broker: mqtt: and mqtts: are`);
  if (url.username !== '' || url.password !== '') {
    throw invalid("a broker's URL holds no user and no password: they have options of their own");
  }
  if (url.hostname === '' || !/^\/?$/.test(url.pathname) || url.search !== '' || url.hash !== '') {
    throw invalid("a broker's URL is a host and a port, and no path");
  }
  const port = url.port === '' ? scheme.port : Number(url.port);
  if (port === 0) throw invalid('0 is no port of a broker');
  const label = `${url.protocol}//${url.hostname}:${port}`;
  return { label, host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, isSecure: scheme.isSecure };
}

function invalid(message: string): K4eError {
  return new K4eError('INVALID_INPUT', { subject: 'broker', message, retry: 'never' });
}
