import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import type { RegisteredWorker, WorkerHubListener } from '@k4e/core/ports';
import { withDeadline } from '@k4e/core/reconcile';
import { CallFailure, serveUnary } from '../call/index.ts';
import type { ServedCall, ServedMethod } from '../call/index.ts';
import { formatSocketAddress } from '../socket/index.ts';
import type { SocketAddress } from '../socket/index.ts';
import { dispatcherMethods, encodeAnswer, fromWireData } from '../wire/index.ts';
import type { WireData, WireRegistrationRequest } from '../wire/index.ts';
import { checkRegistration } from './check-registration.ts';
import { MAX_WORKER_MESSAGES, WORKER_MESSAGE_LIMIT_MS } from './dispatcher.ts';
import type { DispatcherOptions } from './dispatcher.ts';

/** What workers' calls are answered with. `signal` ends all of them. */
export interface WorkerService {
  readonly options: DispatcherOptions;
  readonly address: string;
  /** The address that the worker gets; `undefined` when it is refused. */
  readonly register: (worker: RegisteredWorker) => SocketAddress | undefined;
  readonly onData: WorkerHubListener['onData'];
  readonly signal: AbortSignal;
}

/** The service `yggdrasil.Dispatcher`. */
export function serveWorkers(service: WorkerService): ServedMethod[] {
  const { options, address } = service;
  let messages = 0;
  return [
    serveUnary(dispatcherMethods.register, (request) => Promise.resolve(register(service, request))),
    serveUnary(dispatcherMethods.send, async (data, call) => {
      if (messages >= MAX_WORKER_MESSAGES) {
        throw new CallFailure(status.RESOURCE_EXHAUSTED, `${MAX_WORKER_MESSAGES} messages are worked on already`);
      }
      messages++;
      try {
        return { response: await take(service, data, call) };
      } finally {
        messages--;
      }
    }),
    serveUnary(dispatcherMethods.getConfig, () => {
      const { logLevel, clientId, server, certFile, keyFile, caRoot } = options.config?.() ?? {};
      return Promise.resolve({
        log_level: logLevel ?? '',
        client_id: clientId ?? '',
        socket_addr: address,
        server: server ?? '',
        cert_file: certFile ?? '',
        key_file: keyFile ?? '',
        ca_root: caRoot ?? '',
      });
    }),
  ];
}

function register(service: WorkerService, request: WireRegistrationRequest) {
  checkRegistration(request);
  const { handler, pid, detached_content: hasDetachedContent, features } = request;
  const isPid = Number.isSafeInteger(pid) && pid > 0;
  const worker = { handler, registrationId: randomUUID(), pid: isPid ? pid : 0, hasDetachedContent, features };
  const address = service.register(worker);
  return address === undefined
    ? { registered: false, address: '' }
    : { registered: true, address: formatSocketAddress(address) };
}

async function take({ options, onData, signal }: WorkerService, wire: WireData, call: ServedCall): Promise<Uint8Array> {
  const { clock, logger } = options;
  const data = fromWireData(wire);
  const answerWithinMs = Math.max(0, call.deadlineMs - clock.nowMs());
  const limits = {
    clock,
    limitMs: Math.min(WORKER_MESSAGE_LIMIT_MS, answerWithinMs),
    signal: AbortSignal.any([call.signal, signal]),
    subject: 'a message of a worker',
  };
  const told = Number.isFinite(answerWithinMs) ? { answerWithinMs } : {};
  try {
    return encodeAnswer(await withDeadline(limits, (inner) => onData(data, { signal: inner, ...told })));
  } catch (error) {
    logger.warn('a message of a worker was not taken', { directive: data.directive.slice(0, 100), error });
    throw error;
  }
}
