import { X509Certificate } from 'node:crypto';
import { isIP, isIPv4, isIPv6 } from 'node:net';
import * as z from 'zod';
import { agentConfigSchema } from '../../../packages/agent/src/config/index.ts';

const MAX_CERTIFICATES_LENGTH = 32_768;
const MAX_LABELS = 64;
const MAX_LABEL_LENGTH = 256;
const MAX_SERVERS = 8;
const MAX_REGISTRIES = 32;
const MAX_NAME_LENGTH = 256;
const MAX_KEYS = 32;
const MAX_KEY_LENGTH = 4_096;
const MAX_ARGUMENTS = 64;
const MAX_PATH_LENGTH = 1_024;
const LONGEST_PREFIX = { v4: 32, v6: 128 };

/** What cannot be part of a line of another program's settings. */
const CONTROL_CHARACTERS = /\p{Cc}/u;

const line = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .refine((text) => !CONTROL_CHARACTERS.test(text), 'must be one line');

const address = z.string().refine((text) => isIP(text) !== 0, 'must be an IP address, such as 192.168.1.1');

const addressWithPrefix = z.string().refine((text) => {
  const [ip = '', prefix = '', ...rest] = text.split('/');
  const longest = isIPv4(ip) ? LONGEST_PREFIX.v4 : isIPv6(ip) ? LONGEST_PREFIX.v6 : -1;
  return rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= longest;
}, 'must be an address with its prefix, such as 192.168.1.20/24');

const certificates = z
  .string()
  .max(MAX_CERTIFICATES_LENGTH)
  .refine(isCertificate, 'must be a certificate as PEM, or its base64 in one line');

const network = z.strictObject({
  interface: z
    .string()
    .regex(/^[A-Za-z0-9*?_.:-]{1,63}$/, 'must be the name of an interface, such as enp1s0 or en*')
    .optional(),
  address: addressWithPrefix.optional(),
  gateway: address.optional(),
  dns: z.array(address).max(MAX_SERVERS).optional(),
  ntp: z.array(line(MAX_NAME_LENGTH).regex(/^\S+$/, 'must be a name or an address')).max(MAX_SERVERS).optional(),
});

const imageName = line(MAX_NAME_LENGTH).regex(
  /^[A-Za-z0-9._:/*-]+$/,
  'must be a registry, such as registry.example:5000',
);

const registry = z.strictObject({
  prefix: imageName.optional(),
  location: imageName,
  insecure: z.boolean().optional(),
});

const disk = line(MAX_PATH_LENGTH).regex(/^(auto|\/dev\/.+)$/, 'must be auto, or the path of a disk below /dev');

const { url } = agentConfigSchema.shape.controlPlane.shape;

/**
 * What a device is told about itself: by the build, by a file on a FAT partition, by the kernel's command line. Each may say
 * any part of it.
 */
export const deviceConfigurationSchema = z.strictObject({
  /** Where the operator's edge API listens, and who signs its certificate where that is nobody the device knows. */
  controlPlane: z.strictObject({ url: url.optional(), ca: certificates.optional() }).optional(),
  /** Default: the id of the data partition. */
  deviceId: agentConfigSchema.shape.deviceId.optional(),
  /** What its owner calls the device: the tags of its connection status. */
  labels: z
    .record(line(MAX_LABEL_LENGTH), line(MAX_LABEL_LENGTH))
    .refine((labels) => Object.keys(labels).length <= MAX_LABELS, `must be ${MAX_LABELS} at most`)
    .optional(),
  /** Default: DHCP on every wired interface. */
  network: network.optional(),
  /** The disk that the data partition is on. Default `auto`. */
  disk: disk.optional(),
  /** Where images come from, when that is another place than their names say. */
  registries: z.array(registry).max(MAX_REGISTRIES).optional(),
  /** Lets these keys in as root, in an image that was built with this setting. */
  ssh: z
    .strictObject({
      authorizedKeys: z
        .array(
          line(MAX_KEY_LENGTH).regex(/^(ssh|ecdsa|sk)-\S+ \S+/, 'must be a public key, such as ssh-ed25519 AAAA...'),
        )
        .min(1)
        .max(MAX_KEYS),
    })
    .optional(),
});

/** What a device is told about itself. */
export type DeviceConfiguration = z.output<typeof deviceConfigurationSchema>;

/** What the build is told: the device's own part, and what is of use before the device can read anything. */
export const buildConfigurationSchema = deviceConfigurationSchema.extend({
  /** Further arguments of the kernel. */
  kernelArguments: z
    .array(line(MAX_PATH_LENGTH).regex(/^[^\s"'$\\{};]+$/, 'must be one word without quotes'))
    .max(MAX_ARGUMENTS)
    .optional(),
});

/** What the build is told. */
export type BuildConfiguration = z.output<typeof buildConfigurationSchema>;

/** The certificate or certificates as PEM, also of one that was given as base64 in one line. */
export function pemOf(text: string): string {
  if (text.includes('-----BEGIN')) return `${text.trim()}\n`;
  return new X509Certificate(Buffer.from(text, 'base64')).toString();
}

function isCertificate(text: string): boolean {
  try {
    const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [pemOf(text)];
    return found.every((pem) => new X509Certificate(pem).raw.length > 0);
  } catch {
    return false;
  }
}
