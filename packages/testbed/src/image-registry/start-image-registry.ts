import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { isRecord } from '@k4e/core';
import { makeTemporaryDirectory, runChecked, startInSteps } from '../processes/index.ts';
import type { Stoppable } from '../processes/index.ts';

/** A registry that images can be pulled from, without TLS. */
export interface ImageRegistry extends Stoppable {
  /** On 127.0.0.1. */
  readonly port: number;
}

/** A file that the registry gives out, by its digest. */
interface Blob {
  readonly digest: string;
  readonly size: number;
  readonly path: string;
}

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const CONFIG = 'application/vnd.docker.container.image.v1+json';
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar';

/** Starts a registry that has the image of `archive` (as `podman save` writes it) under every name. */
export async function startImageRegistry(archive: string): Promise<ImageRegistry> {
  return startInSteps(async (undo) => {
    const directory = await makeTemporaryDirectory();
    undo(() => directory.release());
    await runChecked(['tar', '--extract', `--file=${archive}`, `--directory=${directory.path}`]);
    const { config, layers } = await contentOf(directory.path);
    const manifest = Buffer.from(manifestOf(config, layers));
    const server = createServer(({ url = '' }, response) => {
      const [, kind, reference] = /^\/v2\/.+\/(manifests|blobs)\/([^/]+)$/.exec(url) ?? [];
      if (kind === 'manifests') return answer(response, MANIFEST, manifest);
      const blob = [config, ...layers].find(({ digest }) => digest === reference);
      if (blob !== undefined) return answer(response, 'application/octet-stream', blob);
      response.writeHead(url === '/v2/' ? 200 : 404).end();
    });
    undo(() => new Promise((resolve) => server.close(() => resolve())));
    undo(async () => server.closeAllConnections());
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the registry has no port');
    return { port: address.port };
  });
}

function answer(response: ServerResponse, type: string, content: Buffer | Blob): void {
  const isText = Buffer.isBuffer(content);
  response.writeHead(200, {
    'content-type': type,
    'content-length': isText ? content.length : content.size,
    'docker-content-digest': isText ? digestOf(content) : content.digest,
  });
  if (response.req.method === 'HEAD') response.end();
  else if (isText) response.end(content);
  else createReadStream(content.path).pipe(response);
}

function manifestOf(config: Blob, layers: readonly Blob[]): string {
  const describe = (mediaType: string, { digest, size }: Blob): unknown => ({ mediaType, digest, size });
  return JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: describe(CONFIG, config),
    layers: layers.map((layer) => describe(LAYER, layer)),
  });
}

async function contentOf(directory: string): Promise<{ readonly config: Blob; readonly layers: readonly Blob[] }> {
  const listing: unknown = JSON.parse(await readFile(join(directory, 'manifest.json'), 'utf8'));
  const image: unknown = Array.isArray(listing) ? listing[0] : undefined;
  if (!isRecord(image) || typeof image.Config !== 'string' || !Array.isArray(image.Layers)) {
    throw new Error('this is no archive of an image');
  }
  const blobOf = async (name: string): Promise<Blob> => {
    const path = join(directory, name);
    return { digest: digestOf(await readFile(path)), size: (await stat(path)).size, path };
  };
  return { config: await blobOf(image.Config), layers: await Promise.all(image.Layers.map(String).map(blobOf)) };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
