import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { makeTemporaryDirectory, withProgress } from '@k4e/testbed';
import { stringify } from 'yaml';
import { bundlePrograms } from '../bundle-programs.ts';
import { buildPackages } from '../debian/build-packages.ts';
import type { Maintainer } from '../debian/control-file.ts';
import { makeGrubCore } from './boot-loader.ts';
import type { BuildConfiguration } from './configuration/index.ts';
import { findDebianTrees } from './debian-trees.ts';
import { makeDeviceTree } from './device-tree.ts';
import { makeFatVolume } from './fat-volume.ts';
import type { ImageParts } from './image-parts.ts';
import { makeIso } from './iso-image.ts';
import { makeRaw } from './raw-image.ts';
import { TREE, openWorkshop } from './workshop.ts';
import type { Workshop } from './workshop.ts';

const FORMATS = { iso: makeIso, raw: makeRaw } as const;

/** How an image is to be brought to a device. */
export type ImageFormat = keyof typeof FORMATS;

/** All formats. */
export const IMAGE_FORMATS: readonly ImageFormat[] = ['iso', 'raw'];

/** What an image is made of, besides the tree that it is made from. */
export interface ImageOptions {
  readonly configuration: BuildConfiguration;
  /** Where the images are put, by format. */
  readonly files: Partial<Record<ImageFormat, string>>;
  /** Version of the agent. */
  readonly version: string;
  readonly maintainer: Maintainer;
  /** The age of everything, in seconds since 1970. */
  readonly epochSeconds: number;
  /** Compress less: twice as fast, a third larger; for tests. */
  readonly isFast: boolean;
  /** Take today's packages of Debian, and not those of the last build. */
  readonly isUpdate: boolean;
  readonly cacheDirectory: string;
  readonly progress: (line: string) => void;
}

/** An image that was built. */
export interface BuiltImage {
  readonly format: ImageFormat;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
}

const SETUP = join(import.meta.dirname, 'setup', 'k4e-device-setup.ts');
const TEMPLATE = join(import.meta.dirname, 'root', 'k4e.yaml');
const SETTINGS_BYTES = 16 * 1_048_576;
const ID_LENGTH = 12;

/** Builds the images. It takes root, and Debian's mmdebstrap. */
export async function buildDeviceImages(options: ImageOptions): Promise<readonly BuiltImage[]> {
  const { configuration, epochSeconds, progress } = options;
  const hasSsh = configuration.ssh !== undefined;
  const trees = await findDebianTrees({ ...options, hasSsh });
  const ours = await makeTemporaryDirectory();
  try {
    const deb = await buildDeb(ours.path, options);
    const setup = join(ours.path, 'setup');
    await bundlePrograms({ 'k4e-device-setup': SETUP }, setup, { extension: '.mjs', hasSourcesInMaps: false });
    const workshop = await withProgress(progress, 'unpacking Debian', () => openWorkshop(trees, epochSeconds));
    try {
      const parts = await makeParts(workshop, { deb, setup, hasSsh }, options);
      const built: BuiltImage[] = [];
      for (const format of IMAGE_FORMATS) {
        const file = options.files[format];
        if (file === undefined) continue;
        const name = await withProgress(progress, `writing the ${format} image`, () =>
          FORMATS[format](workshop, parts),
        );
        built.push(await deliver(workshop.path(name), file, format));
      }
      return built;
    } finally {
      await workshop.release();
    }
  } finally {
    await ours.release();
  }
}

async function buildDeb(outDir: string, options: ImageOptions): Promise<string> {
  const [built] = await buildPackages({ ...options, architectures: ['amd64'], outDir, isFast: true });
  if (built === undefined) throw new Error('no package was built');
  return built.file;
}

interface OwnPrograms {
  readonly deb: string;
  readonly setup: string;
  readonly hasSsh: boolean;
}

/** What images of all formats have in common. */
async function makeParts(workshop: Workshop, own: OwnPrograms, options: ImageOptions): Promise<ImageParts> {
  const { kernelArguments = [], ...configuration } = options.configuration;
  const imageId = await imageIdOf(own, options);
  const text = stringify(configuration);
  await makeDeviceTree(workshop, { ...own, configuration: text, imageId });
  const squashfs = 'root.squashfs';
  const level = options.isFast ? '1' : '15';
  const compression = [
    '-comp',
    'zstd',
    '-Xcompression-level',
    level,
    '-b',
    '256K',
    '-noappend',
    '-quiet',
    '-no-progress',
  ];
  await withProgress(options.progress, 'compressing the root', () =>
    workshop.run(['mksquashfs', TREE, squashfs, ...compression]),
  );
  await makeGrubCore(workshop, imageId);
  await copyFile(TEMPLATE, workshop.path('k4e.yaml'));
  const settings = { name: 'settings.img', label: 'K4E', id: 'EF1150E6', minBytes: SETTINGS_BYTES };
  await makeFatVolume(workshop, { ...settings, files: [{ path: 'k4e.yaml', name: 'k4e.yaml' }] });
  return { imageId, epochSeconds: options.epochSeconds, kernelArguments, squashfs, settingsVolume: settings.name };
}

/** Names an image after what went into it: two that differ have different names. */
async function imageIdOf(
  { deb, setup }: OwnPrograms,
  { configuration, version, epochSeconds }: ImageOptions,
): Promise<string> {
  const digest = createHash('sha256')
    .update(JSON.stringify([configuration, epochSeconds]))
    .update(await readFile(deb))
    .update(await readFile(join(setup, 'k4e-device-setup.mjs')));
  return `k4e-${version}-${digest.digest('hex').slice(0, ID_LENGTH)}`;
}

async function deliver(made: string, file: string, format: ImageFormat): Promise<BuiltImage> {
  await mkdir(dirname(file), { recursive: true });
  const unfinished = `${file}.unfinished`;
  await copyFile(made, unfinished);
  await rename(unfinished, file);
  const digest = createHash('sha256');
  await pipeline(createReadStream(file), digest);
  return { format, file, bytes: (await stat(file)).size, sha256: digest.digest('hex') };
}
