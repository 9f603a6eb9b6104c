import type { CallOptions } from '@k4e/core/ports';
import { isDone } from '../libpod/index.ts';
import type { LibpodApi } from '../libpod/index.ts';
import { referencePath } from './image-reference.ts';

/**
 * Takes the name from an image; without another name the image goes. One that a container of anybody's has stays. Answers
 * whether there was one and it is gone.
 */
export async function removeImage(api: LibpodApi, image: string, { signal }: CallOptions): Promise<boolean> {
  return isDone(await api.call({ method: 'DELETE', path: `images/${referencePath(image)}`, signal }));
}
