import type { BucketAccess, ObjectStore, OpenBucket, StoredObject } from '@k4e/core/ports';
import { checkAccess, createCallScopes, openConnection } from '../connection/index.ts';
import type { ConnectionOptions } from '../connection/index.ts';
import { checkKey } from './check-key.ts';
import { headObject } from './head-object.ts';
import { listPage } from './list-objects.ts';
import { abortUpload } from './multipart-upload.ts';
import { digestOfContent } from './object-digest.ts';
import { partLayout } from './part-layout.ts';
import { putParts } from './put-parts.ts';
import { putWhole } from './put-whole.ts';
import { readResume } from './resume-text.ts';

/**
 * One bucket of any S3 endpoint as an `ObjectStore`. Digests are ETags. Throws `INVALID_INPUT` for access that cannot work;
 * asks the store nothing.
 */
export function createS3ObjectStore(access: BucketAccess, options: ConnectionOptions = {}): ObjectStore {
  checkAccess(access);
  const at = { ...openConnection(access, options), bucket: access.bucket };
  const scopes = createCallScopes();
  return {
    put: async (key, content, { signal, ...put } = {}) => {
      checkKey(key);
      const isWhole = partLayout(content.sizeBytes).partCount === 0;
      return scopes.run(callOf(signal), (ended) =>
        isWhole ? putWhole(at, key, content, ended) : putParts(at, key, content, put, ended),
      );
    },
    abandon: async (key, text, call = {}) => {
      checkKey(key);
      await scopes.run(call, async (ended) => {
        const resume = readResume(text);
        if (resume !== undefined) await abortUpload(at, { key, uploadId: resume.uploadId }, ended);
      });
    },
    head: async (key, call = {}) => {
      checkKey(key);
      return scopes.run(call, (ended) => headObject(at, key, ended));
    },
    list: (prefix, call = {}) => pages((from) => scopes.run(call, (ended) => listPage(at, prefix, from, ended))),
    digestOf: async (content, call = {}) => scopes.run(call, (signal) => digestOfContent(content, { signal })),
    close: () => {
      scopes.close();
      at.client.destroy();
    },
  };
}

/** `createS3ObjectStore` as the port has it. */
export function createOpenBucket(options: ConnectionOptions = {}): OpenBucket {
  return async (access) => Promise.resolve(createS3ObjectStore(access, options));
}

async function* pages(
  read: (from: string | undefined) => ReturnType<typeof listPage>,
): AsyncGenerator<readonly StoredObject[], void> {
  let from: string | undefined;
  do {
    const { objects, next } = await read(from);
    if (objects.length > 0) yield objects;
    from = next;
  } while (from !== undefined);
}

function callOf(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}
