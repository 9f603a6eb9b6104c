import { K4eError, isRecord } from '@k4e/core';
import type { ApiRequest, ApiResponse, Connection } from '../connection/index.ts';
import { readApiStatus, toK4eError } from '../errors/index.ts';
import type { ApiStatus } from '../errors/index.ts';

/** An answer: content, or why not. */
export type Answer =
  | { readonly ok: true; readonly content: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly status: ApiStatus };

/** Whether a status says that the resource is not there, and not that nobody serves the path. */
export function isNotFound(status: ApiStatus): boolean {
  return status.code === 404 && status.isStatus;
}

function parseContent({ body }: ApiResponse, subject: string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(body);
    if (isRecord(content)) return content;
  } catch {
    // Told below, like everything else that is no JSON object.
  }
  throw new K4eError('STORE_UNAVAILABLE', {
    subject,
    message: 'the Kubernetes API answered something that is not JSON',
  });
}

/** Sends a request; a refusal is a value. Rejects as `Connection.send` does. */
export async function ask(connection: Connection, request: ApiRequest, subject: string): Promise<Answer> {
  const response = await connection.send(request);
  if (response.status >= 200 && response.status < 300) return { ok: true, content: parseContent(response, subject) };
  return { ok: false, status: readApiStatus(response) };
}

/** Sends a request; a refusal rejects with one of our errors. */
export async function call(
  connection: Connection,
  request: ApiRequest,
  subject: string,
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await ask(connection, request, subject);
  if (answer.ok) return answer.content;
  throw toK4eError(answer.status, subject, { isWrite: request.method !== 'GET' });
}
