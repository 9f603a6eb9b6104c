import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { runChecked } from '../processes/index.ts';

/** What an image is made of: one layer, and what a container of it runs. */
export interface ImageDescription {
  /** With its tag: `localhost/k4e-test/web:1`. */
  readonly name: string;
  /** The directory that becomes the image's only layer. */
  readonly rootDirectory: string;
  readonly command: readonly string[];
  /** What `command`, or what is given instead of it, are the arguments of. Default: nothing. */
  readonly entrypoint?: readonly string[];
}

/** A fixed time for all that is in an image, so that the same content is the same image. */
const CREATED = '2020-01-01T00:00:00Z';

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Writes an archive that `podman load` and `docker load` take (the format of `docker save`), without either: `scratch`
 * holds what is between. The same root gives the same bytes.
 */
export async function writeImageArchive(image: ImageDescription, scratch: string, output: string): Promise<void> {
  const content = join(scratch, 'content');
  await mkdir(content, { recursive: true });
  const layer = join(scratch, 'layer.tar');
  await tar(image.rootDirectory, ['.'], layer);
  const layerDigest = await sha256Of(layer);
  const config = JSON.stringify(imageConfig(image, layerDigest));
  const configName = `${createHash('sha256').update(config).digest('hex')}.json`;
  const manifest = [{ Config: configName, RepoTags: [image.name], Layers: [`${layerDigest}.tar`] }];
  await rename(layer, join(content, `${layerDigest}.tar`));
  await writeFile(join(content, configName), config);
  await writeFile(join(content, 'manifest.json'), JSON.stringify(manifest));
  await tar(content, ['manifest.json', configName, `${layerDigest}.tar`], output);
}

function imageConfig(image: ImageDescription, layerDigest: string): unknown {
  return {
    architecture: ARCHITECTURES[process.arch] ?? process.arch,
    os: 'linux',
    created: CREATED,
    config: { Env: ['PATH=/bin'], Entrypoint: image.entrypoint ?? null, Cmd: image.command, WorkingDir: '/' },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
    history: [{ created: CREATED, created_by: 'k4e testbed' }],
  };
}

async function tar(directory: string, members: readonly string[], output: string): Promise<void> {
  const reproducible = [
    '--sort=name',
    `--mtime=${CREATED}`,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--format=ustar',
  ];
  await runChecked(['tar', `--directory=${directory}`, ...reproducible, '--create', `--file=${output}`, ...members]);
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
