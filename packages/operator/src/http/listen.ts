import type { AddressInfo, Server } from 'node:net';
import { K4eError, errorText, systemCode } from '@k4e/core';
import { urlOf } from './listen-address.ts';
import type { ListenAddress } from './listen-address.ts';

/** What a machine without IPv6 says to the address of all its addresses. */
const NO_IPV6 = new Set<string | undefined>(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

/** Makes `server` listen and resolves with its URL. Throws `CONFIG_INVALID` when the address is taken or not ours. */
export async function listen(server: Server, address: ListenAddress): Promise<string> {
  try {
    await listenOnce(server, { host: address.host ?? '::', port: address.port }).catch((error: unknown) => {
      if (address.host !== undefined || !NO_IPV6.has(systemCode(error))) throw error;
      return listenOnce(server, { host: '0.0.0.0', port: address.port });
    });
  } catch (cause) {
    const subject = `${address.host ?? ''}:${String(address.port)}`;
    throw new K4eError('CONFIG_INVALID', { subject, message: errorText(cause), retry: 'never', cause });
  }
  const bound = server.address();
  return urlOf(address, isAddressInfo(bound) ? bound.port : address.port);
}

function listenOnce(server: Server, options: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const onListening = (): void => {
      server.off('error', onError);
      resolve();
    };
    const onError = (error: Error): void => {
      server.off('listening', onListening);
      reject(error);
    };
    server.once('listening', onListening).once('error', onError);
    server.listen(options);
  });
}

function isAddressInfo(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}
