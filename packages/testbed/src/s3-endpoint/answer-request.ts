import { HANDLERS, operationOf } from './route.ts';
import type { EndpointState, S3Answer } from './s3-answer.ts';
import { S3Error } from './s3-error.ts';
import type { FaultSwitch, S3FaultKind, S3Operation } from './s3-fault.ts';
import type { S3Request } from './s3-request.ts';
import { verifySignature } from './verify-signature.ts';
import type { S3Credentials } from './verify-signature.ts';

/** What becomes of a request: an answer, or none, after which the connection is cut or left open. */
export type Outcome = S3Answer | 'cut' | 'silence';

/** What requests are answered with. */
export interface Answering {
  readonly state: EndpointState;
  readonly faults: FaultSwitch;
  known(accessKeyId: string): S3Credentials | undefined;
  /** Told of each request that names an operation. */
  count(operation: S3Operation, bodyBytes: number): void;
}

const REFUSALS: Partial<Record<S3FaultKind, ConstructorParameters<typeof S3Error>[0]>> = {
  throttle: 'SlowDown',
  full: 'XMinioStorageFull',
  skew: 'RequestTimeTooSkewed',
  expired: 'ExpiredToken',
  denied: 'AccessDenied',
  broken: 'InternalError',
};

const PAGE = '<!doctype html><title>Welcome</title><p>Please log in to the hotel&rsquo;s network.<p>';

/** Answers one request. Throws `S3Error` for what is refused. */
export async function answerRequest(request: S3Request, answering: Answering): Promise<Outcome> {
  const { state, faults } = answering;
  const operation = operationOf(request);
  answering.count(operation, request.body.length);
  const fault = faults.take(operation);
  if (fault === 'reset') return 'cut';
  if (fault === 'silent') return 'silence';
  if (fault === 'html') return { status: 200, headers: { 'content-type': 'text/html' }, body: PAGE };
  const refusal = fault === undefined ? undefined : REFUSALS[fault];
  if (refusal !== undefined) throw new S3Error(refusal);
  await verifySignature(request, (id) => answering.known(id), state.nowMs());
  const answer = HANDLERS[operation](fault === 'corrupt' ? corrupted(request) : request, state);
  return fault === 'lost-answer' ? 'cut' : answer;
}

function corrupted(request: S3Request): S3Request {
  const body = Buffer.from(request.body);
  if (body.length > 0) body.writeUInt8(body.readUInt8(0) ^ 1, 0);
  return { ...request, body };
}
