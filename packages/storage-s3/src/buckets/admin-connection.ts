import { STSClient } from '@aws-sdk/client-sts';
import type { CallOptions } from '@k4e/core/ports';
import {
  checkEndpointAccess,
  createHandler,
  fixedSettings,
  openConnection,
  regionOf,
  removeNeedlessMiddleware,
} from '../connection/index.ts';
import type { ConnectionOptions, EndpointAccess, S3Connection } from '../connection/index.ts';

/** Credentials that may make buckets, and assume a role. */
export interface AdminCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The way to an endpoint as its administrator. */
export interface AdminConnection {
  readonly s3: S3Connection['client'];
  readonly sts: STSClient;
}

/** Gives the connection for the credentials of now: the same one until they change. */
export interface AdminConnections {
  current(options: CallOptions): Promise<AdminConnection>;
  close(): void;
}

/** Where the endpoint is, and who may say who its administrator is. */
export interface AdminOptions extends ConnectionOptions {
  readonly endpoint: string;
  readonly region: string;
  readonly caBundle?: string;
  /** Asked before every call. */
  readonly readCredentials: (options: CallOptions) => Promise<AdminCredentials>;
}

/** Creates the connections to one endpoint. */
export function createAdminConnections(options: AdminOptions): AdminConnections {
  let current: { readonly key: string; readonly connection: AdminConnection } | undefined;
  return {
    async current(call) {
      const { accessKeyId, secretAccessKey, sessionToken } = await options.readCredentials(call);
      const key = JSON.stringify([accessKeyId, secretAccessKey, sessionToken]);
      if (current?.key === key) return current.connection;
      const { endpoint, region, caBundle } = options;
      const access = {
        endpoint,
        region,
        accessKeyId,
        secretAccessKey,
        ...(sessionToken === undefined ? {} : { sessionToken }),
        ...(caBundle === undefined ? {} : { caBundle }),
      };
      checkEndpointAccess(access);
      // The one before is left to those who still use it; its idle connections end by themselves.
      current = { key, connection: connect(access, options) };
      return current.connection;
    },
    close() {
      current?.connection.s3.destroy();
      current?.connection.sts.destroy();
    },
  };
}

function connect(access: EndpointAccess, options: AdminOptions): AdminConnection {
  const { endpoint, accessKeyId, secretAccessKey, sessionToken } = access;
  const sts = new STSClient({
    ...fixedSettings(options),
    endpoint,
    region: regionOf(access),
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) },
    requestHandler: createHandler(access, options),
  });
  removeNeedlessMiddleware(sts);
  return { s3: openConnection(access, options).client, sts };
}
