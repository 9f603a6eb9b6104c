import { status } from '@grpc/grpc-js';
import { CallFailure } from '../call/index.ts';
import type { WireRegistrationRequest } from '../wire/index.ts';

/** Longest name of a handler, in characters. */
export const MAX_HANDLER_LENGTH = 63;
/** Most features that a worker names. */
export const MAX_WORKER_FEATURES = 64;
/** Longest name of a feature, in characters. */
export const MAX_FEATURE_NAME_LENGTH = 128;
/** Longest value of a feature, in characters. */
export const MAX_FEATURE_VALUE_LENGTH = 1_024;

const HANDLER = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** Throws `INVALID_ARGUMENT` for a registration that no worker in order asks for. */
export function checkRegistration({ handler, features }: WireRegistrationRequest): void {
  if (handler.length > MAX_HANDLER_LENGTH || !HANDLER.test(handler)) {
    throw invalid(`a handler has 1 to ${MAX_HANDLER_LENGTH} letters, digits, '.', '_' and '-'`);
  }
  const entries = Object.entries(features);
  if (entries.length > MAX_WORKER_FEATURES) throw invalid(`more than ${MAX_WORKER_FEATURES} features`);
  for (const [name, value] of entries) {
    if (name.length > MAX_FEATURE_NAME_LENGTH || value.length > MAX_FEATURE_VALUE_LENGTH) {
      throw invalid('a feature is too long');
    }
  }
}

function invalid(words: string): CallFailure {
  return new CallFailure(status.INVALID_ARGUMENT, words);
}
