import { randomUUID } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import { describeDeviceLinkContract } from '@k4e/conformance';
import type { ControlPlaneEnd, DeviceLinkSubject } from '@k4e/conformance';
import type { ErrorCode } from '@k4e/core';
import type { Message } from '@k4e/core/protocol';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { createWorkerLink } from '@k4e/link-yggdrasil';
import { EMPTY, RawStatus, rawResponse, startRawDispatcher } from '../raw-yggdrasil/index.ts';
import type { RawData } from '../raw-yggdrasil/index.ts';

const answer = (StatusCode: number): Buffer => rawResponse.write({ StatusCode, Body: null, Metadata: {} });
const never = (): Promise<never> => new Promise(() => undefined);
const refuse = (code: status) => (): never => {
  throw new RawStatus(code);
};

/** How a dispatcher that is there can fail, and what that is to who sends. */
const FAULTS: Readonly<Record<string, { readonly fault: () => Promise<Buffer> | Buffer; readonly code: ErrorCode }>> = {
  'answers 500': { fault: () => answer(500), code: 'LINK_UNREACHABLE' },
  'answers 429': { fault: () => answer(429), code: 'LINK_UNREACHABLE' },
  'answers 400': { fault: () => answer(400), code: 'LINK_REFUSED' },
  'keeps it for later': { fault: () => answer(202), code: 'LINK_UNREACHABLE' },
  'answers what is no answer': { fault: () => rawResponse.write('hello'), code: 'LINK_GARBAGE' },
  'never answers': { fault: never, code: 'LINK_UNREACHABLE' },
  'is out of order': { fault: refuse(status.INTERNAL), code: 'LINK_UNREACHABLE' },
  'refuses it': { fault: refuse(status.INVALID_ARGUMENT), code: 'LINK_REFUSED' },
  'has no such call': { fault: refuse(status.UNIMPLEMENTED), code: 'LINK_GARBAGE' },
};
const AWAY = 'is away';

/** What the dispatcher makes of what a worker sends; its own time is left out. */
const envelope = ({ messageId, directive, content }: RawData): Message => ({
  type: 'data',
  message_id: messageId,
  directive,
  content: JSON.parse(content.toString('utf8')) as unknown,
});

/** A dispatcher of the newer generation: only there a worker learns what became of its messages. */
async function createControlPlane(address: string): Promise<ControlPlaneEnd & { readonly stop: () => void }> {
  let configuration: Message | undefined;
  let seen: Message | undefined;
  let isKnown = true;
  let fault: (() => Promise<Buffer> | Buffer) | undefined;
  let attempts = 0;
  const taken: Message[] = [];
  const deliver = async (): Promise<void> => {
    const message = configuration;
    if (message === undefined || message === seen || !isKnown || !dispatcher.isRegistered()) return;
    const { message_id: messageId = '', directive = '', content } = message;
    await dispatcher.send({ messageId, directive, content: Buffer.from(JSON.stringify(content)) });
    seen = message;
  };
  const tryToDeliver = (): void => void deliver().catch(() => undefined);
  const dispatcher = await startRawDispatcher({
    address,
    onRegistered: tryToDeliver,
    onSend: (data) => {
      attempts++;
      if (fault !== undefined) return fault();
      if (!isKnown) return answer(404);
      taken.push(envelope(data));
      return taken.length % 2 === 0 ? EMPTY : answer(200);
    },
  });
  return {
    setConfiguration: (message) => {
      configuration = message;
      tryToDeliver();
    },
    queueCommand: () => void dispatcher.disconnect().catch(() => undefined),
    setKnown: (known) => {
      isKnown = known;
      tryToDeliver();
    },
    seen: () => seen,
    received: () => taken,
    sendCount: () => attempts,
    fail: async (way) => {
      if (way === AWAY) dispatcher.die();
      else fault = FAULTS[way]?.fault;
    },
    recover: async () => {
      fault = undefined;
      await dispatcher.revive();
    },
    stop: () => dispatcher.die(),
  };
}

async function createSubject(): Promise<DeviceLinkSubject> {
  const dispatcherAddress = `@k4e-contract-${randomUUID()}`;
  const controlPlane = await createControlPlane(dispatcherAddress);
  const link = createWorkerLink({
    dispatcherAddress,
    handler: 'device',
    pid: process.pid,
    clock: createSystemClock(),
    logger: createMemoryLogger(),
    random: Math.random,
    backoff: { firstMs: 10, maxMs: 50, factor: 2, jitter: 0.5 },
    messageLimitMs: 1_500,
  });
  const dispose = async (): Promise<void> => {
    await link.close();
    controlPlane.stop();
  };
  return { link, controlPlane, dispose };
}

describeDeviceLinkContract('createWorkerLink', {
  createSubject,
  failures: {
    [AWAY]: 'LINK_UNREACHABLE',
    ...Object.fromEntries(Object.entries(FAULTS).map(([way, { code }]) => [way, code])),
  },
  outages: [AWAY],
  isBehindGateway: true,
});
