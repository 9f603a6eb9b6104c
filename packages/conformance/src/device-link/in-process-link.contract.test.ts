import type { ErrorCode } from '@k4e/core';
import { createInProcessHub, createInProcessLink } from '@k4e/core/link';
import type { WorkerAnswer, WorkerData } from '@k4e/core/ports';
import type { Message } from '@k4e/core/protocol';
import { createSystemClock } from '@k4e/core/system';
import { createMemoryLogger } from '@k4e/core/testing';
import { describeDeviceLinkContract } from './device-link-contract.ts';
import type { ControlPlaneEnd, DeviceLinkSubject } from './device-link-subject.ts';

const answer = (statusCode: number) => (): Promise<WorkerAnswer> => Promise.resolve({ statusCode, metadata: {} });
const never = (): Promise<never> => new Promise(() => undefined);

/** How a gateway that is there can fail, and what that is to who sends. */
const FAULTS: Readonly<Record<string, { readonly fault: () => Promise<WorkerAnswer>; readonly code: ErrorCode }>> = {
  'answers 500': { fault: answer(500), code: 'LINK_UNREACHABLE' },
  'answers 429': { fault: answer(429), code: 'LINK_UNREACHABLE' },
  'answers 400': { fault: answer(400), code: 'LINK_REFUSED' },
  'keeps it for later': { fault: answer(202), code: 'LINK_UNREACHABLE' },
  'answers what is no answer': { fault: answer(0), code: 'LINK_GARBAGE' },
  'never answers': { fault: never, code: 'LINK_UNREACHABLE' },
  fails: { fault: () => Promise.reject(new Error('a defect')), code: 'LINK_UNREACHABLE' },
};
const AWAY = 'is away';

const envelope = ({ messageId, directive, content }: WorkerData): Message => ({
  type: 'data',
  message_id: messageId,
  directive,
  content: JSON.parse(new TextDecoder().decode(content)) as unknown,
});

/** The gateway as the test plays it. */
class Gateway implements ControlPlaneEnd {
  readonly hub = createInProcessHub({ clock: createSystemClock() });
  readonly #taken: Message[] = [];
  #configuration: Message | undefined;
  #seen: Message | undefined;
  #isKnown = true;
  #fault: (() => Promise<WorkerAnswer>) | undefined;
  #attempts = 0;
  #stop = new AbortController();
  #served = Promise.resolve();

  serve(): void {
    this.#stop = new AbortController();
    const onWorkersChanged = (): void => {
      if (this.hub.workers().length > 0) void this.hub.notify('device', { name: 'connection-restored' });
      this.#deliver();
    };
    this.#served = this.hub.serve({ onWorkersChanged, onData: (data) => this.#take(data) }, this.#stop);
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#served;
  }

  setConfiguration(message: Message | undefined): void {
    this.#configuration = message;
    this.#deliver();
  }

  queueCommand(): void {
    void this.hub.disconnect('device').catch(() => undefined);
  }

  setKnown(isKnown: boolean): void {
    this.#isKnown = isKnown;
    this.#deliver();
  }

  seen = (): Message | undefined => this.#seen;
  received = (): readonly Message[] => this.#taken;
  sendCount = (): number => this.#attempts;

  async fail(way: string): Promise<void> {
    if (way === AWAY) await this.end();
    else this.#fault = FAULTS[way]?.fault;
  }

  async recover(): Promise<void> {
    this.#fault = undefined;
    if (this.#stop.signal.aborted) this.serve();
  }

  async #take(data: WorkerData): Promise<WorkerAnswer> {
    this.#attempts++;
    if (this.#fault !== undefined) return this.#fault();
    if (!this.#isKnown) return answer(404)();
    this.#taken.push(envelope(data));
    return answer(200)();
  }

  #deliver(): void {
    const message = this.#configuration;
    if (message === undefined || message === this.#seen || !this.#isKnown || this.hub.workers().length === 0) return;
    const { message_id: messageId = '', directive = '', content } = message;
    const bytes = new TextEncoder().encode(JSON.stringify(content));
    const data = { messageId, responseTo: '', directive, metadata: {}, content: bytes };
    void this.hub.send('device', data).then(() => (this.#seen = message));
  }
}

async function createSubject(): Promise<DeviceLinkSubject> {
  const gateway = new Gateway();
  gateway.serve();
  const link = createInProcessLink({
    ...{ hub: gateway.hub, handler: 'device', pid: process.pid, answerLimitMs: 250 },
    ...{ clock: createSystemClock(), logger: createMemoryLogger() },
  });
  const dispose = async (): Promise<void> => {
    link.close();
    await gateway.end();
  };
  return { link, controlPlane: gateway, dispose };
}

describeDeviceLinkContract('createInProcessLink', {
  createSubject,
  failures: {
    [AWAY]: 'LINK_UNREACHABLE',
    ...Object.fromEntries(Object.entries(FAULTS).map(([way, { code }]) => [way, code])),
  },
  outages: [AWAY],
  isBehindGateway: true,
  doesRetry: false,
});
