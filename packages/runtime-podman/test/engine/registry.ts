import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buildWorkloadImage, runCommand } from '@k4e/testbed';

/** A registry that has the workload image, and gives it to one user only. */
export interface Registry {
  readonly port: number;
  /** Requests so far that were let in. */
  requests(): number;
  /** While true, layers begin to come and never end. */
  isStalling: boolean;
  /** How many layers are on their way. */
  openLayers(): number;
  stop(): Promise<void>;
}

/** Who may pull. */
export const REGISTRY_USER = { username: 'robot', password: 's3cret:with:colons' };
/** The image that it has, below its address. */
export const REGISTRY_IMAGE = 'shop/web:1';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

/** Starts a registry on a free port of all addresses: podman asks it from a network of its own. */
export async function startRegistry(): Promise<Registry> {
  const { blobs, manifest } = await readImage();
  const expected = `Basic ${Buffer.from(`${REGISTRY_USER.username}:${REGISTRY_USER.password}`).toString('base64')}`;
  const layers = new Set<ServerResponse>();
  let served = 0;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="registry"' }).end();
      return;
    }
    served++;
    const blob = blobs.get(/\/blobs\/sha256:(\w+)$/.exec(request.url ?? '')?.[1] ?? '');
    if (request.url === '/v2/') response.writeHead(200).end();
    else if (request.url === '/v2/shop/web/manifests/1')
      response.writeHead(200, { 'Content-Type': MANIFEST_TYPE }).end(manifest);
    else if (blob === undefined) response.writeHead(404).end();
    else if (registry.isStalling) stall(response, blob);
    else response.writeHead(200).end(blob);
  };
  const stall = (response: ServerResponse, blob: Buffer): void => {
    layers.add(response);
    response.on('close', () => layers.delete(response));
    response.writeHead(200, { 'Content-Length': blob.length }).write(blob.subarray(0, 10));
  };
  const server = createServer(answer).listen(0, '0.0.0.0');
  await once(server, 'listening');
  const address = server.address();
  const registry: Registry = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    requests: () => served,
    isStalling: false,
    openLayers: () => layers.size,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return registry;
}

/** Takes the workload image's archive apart: its layer, its configuration, and a manifest over both. */
async function readImage(): Promise<{ blobs: ReadonlyMap<string, Buffer>; manifest: string }> {
  const { archive } = await buildWorkloadImage();
  const read = async (member: string): Promise<Buffer> => {
    const { stdout } = await runCommand(['sh', '-c', `tar -xOf "$0" "$1" | base64`, archive, member]);
    return Buffer.from(stdout, 'base64');
  };
  const [described] = JSON.parse((await read('manifest.json')).toString('utf8')) as {
    Config: string;
    Layers: [string];
  }[];
  const [config, layer] = await Promise.all([read(described!.Config), read(described!.Layers[0])]);
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...describeBlob(config) },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...describeBlob(layer) }],
  });
  return { blobs: new Map([config, layer].map((blob) => [sha256(blob), blob])), manifest };
}

function describeBlob(blob: Buffer): object {
  return { digest: `sha256:${sha256(blob)}`, size: blob.length };
}

function sha256(blob: Buffer): string {
  return createHash('sha256').update(blob).digest('hex');
}
