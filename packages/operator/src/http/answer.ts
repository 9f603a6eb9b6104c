import type { FastifyReply } from 'fastify';
import { pollAnswerHeaders } from '@k4e/core/protocol';
import type { Message, PollTerms } from '@k4e/core/protocol';
import { JSON_MEDIA_TYPE, refusalBody } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/**
 * What a request comes to: JSON text or nothing, that there is nothing else than the device has, a message that was taken,
 * or a refusal. `terms` for a device that said what it has.
 */
export type Answer =
  | { readonly text: Buffer | undefined; readonly terms?: PollTerms }
  | { readonly unchanged: PollTerms }
  | { readonly accepted: true }
  | { readonly refused: Refusal };

/** A message was taken. */
export const ACCEPTED: Answer = { accepted: true };

/** Sends `answer`. */
export function sendAnswer(reply: FastifyReply, answer: Answer): FastifyReply {
  if ('refused' in answer) return sendRefusal(reply, answer.refused);
  if ('accepted' in answer) return sendAccepted(reply);
  const terms = 'unchanged' in answer ? answer.unchanged : answer.terms;
  if (terms !== undefined) reply.headers(pollAnswerHeaders(terms));
  return 'unchanged' in answer ? reply.code(304).send() : sendText(reply, answer.text);
}

/**
 * JSON, or nothing: no bytes, and the content type all the same (wire: a gateway calls its worker for any body that is
 * not empty, so nothing may never be `{}` or `null`). The text is bytes: given a string, the framework adds a charset.
 */
function sendText(reply: FastifyReply, text: Buffer | undefined): FastifyReply {
  return reply.code(200).header('content-type', JSON_MEDIA_TYPE).send(text);
}

/** 200 with neither body nor content type (wire). */
function sendAccepted(reply: FastifyReply): FastifyReply {
  return reply.code(200).send();
}

/** Sends a refusal. Ends the connection when some of the request's body is still to come. */
export function sendRefusal(reply: FastifyReply, refused: Refusal): FastifyReply {
  const body = refusalBody(refused);
  if (refused.headers !== undefined) reply.headers(refused.headers);
  if (!reply.request.raw.complete) reply.header('connection', 'close');
  if (body !== undefined) reply.header('content-type', JSON_MEDIA_TYPE);
  return reply.code(refused.status).send(body);
}

/** A message as it goes over the wire; members without a value are left out. */
export function messageBytes(message: Message): Buffer {
  return Buffer.from(JSON.stringify(message));
}
