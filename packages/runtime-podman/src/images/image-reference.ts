import { K4eError } from '@k4e/core';

/** The registry that stands for images which were made on the device and exist nowhere else. */
const LOCAL_REGISTRY = 'localhost/';

/** Longest reference that podman's own limit on names allows, with a digest. */
const MAX_REFERENCE_LENGTH = 512;

/** Whether the image can only be on the device: `localhost/...` is in no registry. */
export function isLocalOnly(image: string): boolean {
  return image.startsWith(LOCAL_REGISTRY);
}

/**
 * The reference as part of a path. Throws `INVALID_INPUT` for text that is no image reference: one with `..` in it would
 * lead to another address of podman's API.
 */
export function referencePath(image: string): string {
  const isReference = /^[A-Za-z0-9[][\w.:@/[\]-]*$/.test(image) && image.length <= MAX_REFERENCE_LENGTH;
  const parts = image.split('/');
  if (isReference && parts.every((part) => part !== '' && part !== '.' && part !== '..')) {
    return parts.map((part) => encodeURIComponent(part)).join('/');
  }
  const message = 'this is not the name of an image';
  throw new K4eError('INVALID_INPUT', { subject: image.slice(0, 100), message, retry: 'never' });
}
