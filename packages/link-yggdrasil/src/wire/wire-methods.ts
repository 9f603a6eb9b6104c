import { wireCodecs } from './wire-messages.ts';
import type { WireCodec } from './wire-messages.ts';

/** A unary call: where it goes and how its two messages are written. */
export interface WireMethod<Request, Response> {
  readonly path: string;
  readonly request: WireCodec<Request>;
  readonly response: WireCodec<Response>;
}

const method = <Request, Response>(
  path: string,
  request: WireCodec<Request>,
  response: WireCodec<Response>,
): WireMethod<Request, Response> => ({ path, request, response });

/**
 * What a dispatcher serves. (wire: `Send` answers Receipt, without fields, in the older generation and Response in the newer
 * one; a Response without bytes is a Receipt, and a reader of Receipts skips the bytes of others, so one method is both.)
 */
export const dispatcherMethods = {
  register: method('/yggdrasil.Dispatcher/Register', wireCodecs.registrationRequest, wireCodecs.registrationResponse),
  send: method('/yggdrasil.Dispatcher/Send', wireCodecs.data, wireCodecs.response),
  getConfig: method('/yggdrasil.Dispatcher/GetConfig', wireCodecs.empty, wireCodecs.config),
};

/** What a worker serves: `disconnect` in the older generation, `notifyEvent` in the newer one. */
export const workerMethods = {
  send: method('/yggdrasil.Worker/Send', wireCodecs.data, wireCodecs.response),
  disconnect: method('/yggdrasil.Worker/Disconnect', wireCodecs.empty, wireCodecs.empty),
  notifyEvent: method('/yggdrasil.Worker/NotifyEvent', wireCodecs.eventNotification, wireCodecs.empty),
};
