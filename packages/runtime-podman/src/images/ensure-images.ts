import type { CallOptions, Logger } from '@k4e/core/ports';
import { failure, isDone, jsonLines, pullErrorShape, refusalText } from '../libpod/index.ts';
import type { LibpodApi, LibpodStream } from '../libpod/index.ts';
import { isLocalOnly, referencePath } from './image-reference.ts';

/** An image that a pod needs. */
export interface WantedImage {
  readonly name: string;
  readonly mayBePulled: boolean;
}

/** What images are fetched with. */
export interface EnsureImagesOptions extends CallOptions {
  /** Value of the `X-Registry-Auth` header; asked for only when something has to be pulled. */
  readonly authHeader: () => string | undefined;
  readonly logger: Logger;
  /** Hears of an image before it is pulled, and is waited for. */
  readonly onPull: (image: string) => Promise<void>;
}

/**
 * Pulls those of the images that are not on the device. Aborting ends the pull. Rejects with
 * `RUNTIME_IMAGE_NOT_FOUND` for the first that cannot be had; those before it stay.
 */
export async function ensureImages(
  api: LibpodApi,
  images: readonly WantedImage[],
  options: EnsureImagesOptions,
): Promise<void> {
  for (const { name, mayBePulled } of images) {
    if (await hasImage(api, name, options)) continue;
    if (!mayBePulled) throw notFound(api, name, 'the image is not on the device, and its policy is never to pull it');
    if (isLocalOnly(name)) throw notFound(api, name, 'the image is not on the device, and localhost/ is no registry');
    options.logger.info('pulling image', { image: name });
    await options.onPull(name);
    await pullImage(api, name, options);
  }
}

async function hasImage(api: LibpodApi, image: string, { signal }: CallOptions): Promise<boolean> {
  const answer = await api.call({ method: 'GET', path: `images/${referencePath(image)}/exists`, signal });
  if (isDone(answer)) return true;
  if (answer.status === 404) return false;
  throw failure(image, refusalText(answer), api.limits.errorTextLength);
}

async function pullImage(api: LibpodApi, image: string, options: EnsureImagesOptions): Promise<void> {
  const authHeader = options.authHeader();
  const stream = await api.stream({
    method: 'POST',
    path: 'images/pull',
    query: { reference: image, policy: 'missing' },
    headers: authHeader === undefined ? {} : { 'X-Registry-Auth': authHeader },
    timeoutMs: api.limits.pullTimeoutMs,
    timeoutCoversStream: true,
    timeoutCode: 'RUNTIME_IMAGE_NOT_FOUND',
    signal: options.signal,
  });
  const error = await pullError(api, stream);
  if (error !== undefined) throw notFound(api, image, error);
}

/** A pull fails with a status before its first line, or with an `error` line under a 200. */
async function pullError(api: LibpodApi, stream: LibpodStream): Promise<string | undefined> {
  const refused = stream.status >= 400;
  let error = refused ? refusalText({ status: stream.status, body: undefined }) : undefined;
  for await (const line of jsonLines(stream.chunks, api.limits.streamLineBytes)) {
    const failed = pullErrorShape.safeParse(line);
    if (failed.success) error = failed.data.error;
    else if (refused) error = refusalText({ status: stream.status, body: line });
  }
  return error;
}

function notFound(api: LibpodApi, image: string, text: string): Error {
  return failure(image, text, api.limits.errorTextLength, 'RUNTIME_IMAGE_NOT_FOUND');
}
