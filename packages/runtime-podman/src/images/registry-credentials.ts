import { K4eError } from '@k4e/core';
import * as z from 'zod';

const authEntry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});

const dockerConfig = z.object({ auths: z.record(z.string(), authEntry) });

/**
 * The value of podman's `X-Registry-Auth` header for the text of a docker `config.json`: credentials of all its
 * registries. Throws `INVALID_INPUT` or `TOO_LARGE`; the errors tell nothing of the text.
 */
export function registryAuthHeader(configJson: string, maxBytes: number, subject: string): string {
  if (Buffer.byteLength(configJson) > maxBytes) {
    const message = `the registry credentials are larger than ${maxBytes} bytes`;
    throw new K4eError('TOO_LARGE', { subject, message, retry: 'never' });
  }
  const entries = Object.entries(readConfig(configJson, subject).auths).map(([registry, entry]) => [
    registry,
    toCredentials(entry),
  ]);
  return Buffer.from(JSON.stringify(Object.fromEntries(entries)))
    .toString('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

function readConfig(configJson: string, subject: string): z.infer<typeof dockerConfig> {
  try {
    const parsed = dockerConfig.safeParse(JSON.parse(configJson));
    if (parsed.success) return parsed.data;
  } catch {
    // Falls through: what JSON.parse says quotes the text.
  }
  const message = 'the registry credentials are not a docker config.json';
  throw new K4eError('INVALID_INPUT', { subject, message, retry: 'never' });
}

/** `auth` is base64 of `username:password`; the password may hold colons. */
function toCredentials({ auth, username, password, identitytoken }: z.infer<typeof authEntry>): object {
  const decoded = auth === undefined ? '' : Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return {
    username: username ?? decoded.slice(0, Math.max(0, colon)),
    password: password ?? decoded.slice(colon + 1),
    ...(identitytoken === undefined ? {} : { identitytoken }),
  };
}
