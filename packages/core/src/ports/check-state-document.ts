import { K4eError, isDnsLabel } from '../foundation/index.ts';
import { MAX_STATE_DOCUMENT_BYTES } from './state-store.ts';

/**
 * Throws `INVALID_INPUT` when `name` is no DNS label, and `TOO_LARGE` when `bytes` are more than a document may hold. Every
 * `StateStore` calls it before it touches anything.
 */
export function checkStateDocument(name: string, bytes?: Uint8Array): void {
  if (!isDnsLabel(name)) {
    const message = `${JSON.stringify(name.slice(0, 100))} is no name for a state document: DNS labels are`;
    throw new K4eError('INVALID_INPUT', { message, retry: 'never' });
  }
  if (bytes !== undefined && bytes.byteLength > MAX_STATE_DOCUMENT_BYTES) {
    const message = `${bytes.byteLength} bytes of state, ${MAX_STATE_DOCUMENT_BYTES} are allowed`;
    throw new K4eError('TOO_LARGE', { subject: name, message, retry: 'never' });
  }
}
