import { randomUUID } from 'node:crypto';
import { K4eError, errorText } from '@k4e/core';
import type { Logger } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { createMqttLink } from '@k4e/link-mqtt';
import type { MqttLink } from '@k4e/link-mqtt';
import { readTextFile } from '../host/files/index.ts';

/** Longest password, in bytes: the longest that MQTT has room for. */
const MAX_PASSWORD_BYTES = 65_535;

/** How a broker is met. Paths are absolute; files of certificates are read for each connection. */
export interface MqttTransportOptions {
  /** `mqtt://host:port` or `mqtts://host:port`. */
  readonly url: string;
  readonly deviceId: string;
  readonly logger: Logger;
  readonly topicPrefix?: string | undefined;
  readonly username?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** Creates the way over MQTT to a control plane. Throws `CONFIG_INVALID` for what cannot be meant, and a password that cannot be read. */
export async function openMqttTransport(options: MqttTransportOptions): Promise<MqttLink> {
  const { url, deviceId, logger, topicPrefix, username, caFile, certFile, keyFile } = options;
  const password = await readPassword(options.passwordFile);
  const tls = {
    ...(caFile === undefined ? {} : { ca: [{ path: caFile }] }),
    ...(certFile === undefined ? {} : { cert: { path: certFile } }),
    ...(keyFile === undefined ? {} : { key: { path: keyFile } }),
  };
  try {
    return createMqttLink({
      ...{ brokers: [url], deviceId, tls, clock: createSystemClock(), logger, random: Math.random, uuid: randomUUID },
      ...(topicPrefix === undefined ? {} : { topicPrefix }),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    });
  } catch (error) {
    throw invalid('controlPlane', errorText(error));
  }
}

/** A line end at its end is the editor's, not the password's. */
async function readPassword(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const text = await readTextFile(path, MAX_PASSWORD_BYTES).catch((error: unknown) => {
    throw invalid(path, `cannot be read: ${errorText(error)}`);
  });
  if (text === undefined) throw invalid(path, 'there is no such file');
  return text.replace(/\r?\n$/, '');
}

function invalid(subject: string, message: string): K4eError {
  return new K4eError('CONFIG_INVALID', { subject, message, retry: 'never' });
}
