import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import { createSecureContext, getCACertificates } from 'node:tls';
import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { EndpointAccess } from './check-access.ts';
import { collectAnswer } from './collect-answer.ts';
import {
  CONNECT_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  MAX_ATTEMPTS,
  MAX_CONNECTIONS,
  REQUEST_TIMEOUT_MS,
} from './connection-limits.ts';
import { createRetryStrategy } from './retry-strategy.ts';
import { createSha256 } from './sha256.ts';
import { useUnsignedPayload } from './unsigned-payload.ts';

/** A client, and the parts of it that are used by themselves. */
export interface S3Connection {
  readonly client: S3Client;
  readonly handler: NodeHttpHandler;
  /** The signer of the client, made once: with each call of its own the SDK makes another one. */
  readonly signer: () => ReturnType<S3Client['config']['signer']>;
  readonly endpoint: URL;
}

/** How patient a connection is. */
export interface ConnectionOptions {
  /** Default `CONNECT_TIMEOUT_MS`. */
  readonly connectTimeoutMs?: number;
  /** Default `IDLE_TIMEOUT_MS`. */
  readonly idleTimeoutMs?: number;
  /** Default `MAX_ATTEMPTS`. */
  readonly maxAttempts?: number;
}

/** Upstream's word for a store that does not care for regions. */
const ANY_REGION = 'ignore';
const DEFAULT_REGION = 'us-east-1';

const SILENT = { debug: ignore, info: ignore, warn: ignore, error: ignore, trace: ignore };

/**
 * A connection whose client is what it is told and nothing else: each setting that the SDK would otherwise look up in the
 * environment, in profiles or from an instance's metadata is given here.
 */
export function openConnection(access: EndpointAccess, options: ConnectionOptions = {}): S3Connection {
  const handler = createHandler(access, options);
  const client = new S3Client({
    ...fixedSettings(options),
    endpoint: access.endpoint,
    region: regionOf(access),
    credentials: {
      accessKeyId: access.accessKeyId,
      secretAccessKey: access.secretAccessKey,
      ...(access.sessionToken === undefined ? {} : { sessionToken: access.sessionToken }),
    },
    forcePathStyle: true,
    requestHandler: handler,
    // A body is protected by its Content-MD5, which every S3 there is checks; the SDK's own checksums are news to many.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    streamCollector: collectAnswer,
    sha256: createSha256(),
    expectContinueHeader: false,
    disableS3ExpressSessionAuth: true,
    useArnRegion: false,
    sigv4aSigningRegionSet: [],
  });
  removeNeedlessMiddleware(client);
  useUnsignedPayload(client);
  let signer: ReturnType<S3Client['config']['signer']> | undefined;
  return { client, handler, signer: () => (signer ??= client.config.signer()), endpoint: new URL(access.endpoint) };
}

/** Takes out of a client what reads the environment of AWS's own functions. */
export function removeNeedlessMiddleware(client: {
  readonly middlewareStack: { remove(name: string): boolean };
}): void {
  client.middlewareStack.remove('recursionDetectionMiddleware');
}

/** The region that requests are signed for. */
export function regionOf({ region }: EndpointAccess): string {
  return region === ANY_REGION || region === '' ? DEFAULT_REGION : region;
}

/** What clients of all AWS protocols are told, so that they look nothing up. */
export function fixedSettings({ maxAttempts = MAX_ATTEMPTS }: ConnectionOptions): FixedSettings {
  return {
    maxAttempts,
    retryStrategy: createRetryStrategy(maxAttempts),
    retryMode: 'standard',
    defaultsMode: 'standard',
    authSchemePreference: ['aws.auth#sigv4'],
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    disableClockSkewCorrection: false,
    userAgentAppId: 'k4e',
    logger: SILENT,
  };
}

interface FixedSettings {
  readonly maxAttempts: number;
  readonly retryStrategy: ReturnType<typeof createRetryStrategy>;
  readonly retryMode: 'standard';
  readonly defaultsMode: 'standard';
  readonly authSchemePreference: string[];
  readonly useDualstackEndpoint: boolean;
  readonly useFipsEndpoint: boolean;
  readonly disableClockSkewCorrection: boolean;
  readonly userAgentAppId: string;
  readonly logger: typeof SILENT;
}

/** Connections to an endpoint, kept open between requests, with its certificates and the patience asked for. */
export function createHandler({ endpoint, caBundle }: EndpointAccess, options: ConnectionOptions): NodeHttpHandler {
  const agent = { keepAlive: true, maxSockets: MAX_CONNECTIONS };
  return new NodeHttpHandler({
    ...(endpoint.startsWith('https:')
      ? {
          httpsAgent: new TlsAgent({
            ...agent,
            ...(caBundle === undefined ? {} : { secureContext: trusting(caBundle) }),
          }),
        }
      : { httpAgent: new Agent(agent) }),
    connectionTimeout: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    socketTimeout: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
    logger: SILENT,
  });
}

// One context for all connections: it takes tens of milliseconds to make from hundreds of certificates.
function trusting(caBundle: string): ReturnType<typeof createSecureContext> {
  return createSecureContext({ ca: [...getCACertificates('default'), ...getCACertificates('system'), caBundle] });
}

function ignore(): void {
  return undefined;
}
