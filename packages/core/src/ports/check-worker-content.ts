import { K4eError } from '../foundation/index.ts';
import { MAX_WORKER_CONTENT_BYTES } from './worker-hub.ts';

/** Throws `TOO_LARGE` for content of more than `MAX_WORKER_CONTENT_BYTES`. Every `WorkerHub` calls it before it sends anything. */
export function checkWorkerContent({ byteLength }: Uint8Array): void {
  if (byteLength <= MAX_WORKER_CONTENT_BYTES) return;
  const message = `content of ${byteLength} bytes, ${MAX_WORKER_CONTENT_BYTES} are allowed`;
  throw new K4eError('TOO_LARGE', { message, retry: 'never' });
}
