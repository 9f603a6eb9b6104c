import type { StateStore } from '../ports/index.ts';
import type { Message } from '../protocol/index.ts';
import {
  createFakeClock,
  createFakeDeviceLink,
  createFakeWorkerHub,
  createMemoryLogger,
  createMemoryStateStore,
} from '../testing/index.ts';
import { createGateway } from './create-gateway.ts';
import type { GatewayOutcome, GatewayParts } from './gateway.ts';

/** A gateway between a control plane and workers that the test plays, on a clock that stands still. */
export function createRig(change: Partial<GatewayParts> & { readonly state?: StateStore } = {}) {
  const [clock, logger, link, hub, stop] = [
    createFakeClock(),
    createMemoryLogger(),
    createFakeDeviceLink(),
    createFakeWorkerHub(),
    new AbortController(),
  ];
  const memory = createMemoryStateStore();
  let ids = 0;
  const gateway = createGateway({
    ...{ transport: link, hub, state: memory, clock, logger, random: () => 0, uuid: () => `id${++ids}` },
    facts: () => Promise.resolve({ machine_id: 'machine', fqdn: 'edge.example' }),
    ...change,
  });
  const rig = {
    ...{ clock, logger, link, hub, stop, state: memory, gateway },
    outcome: undefined as GatewayOutcome | undefined,
    failure: undefined as unknown,
  };
  const start = async (): Promise<void> => {
    void gateway.run({ signal: stop.signal }).then(
      (outcome) => (rig.outcome = outcome),
      (error: unknown) => (rig.failure = error),
    );
    await clock.advance(0);
  };
  const sent = (channel: 'data' | 'control'): readonly Message[] =>
    link.sent().flatMap((one) => (one.channel === channel ? [one.message] : []));
  return Object.assign(rig, {
    start,
    sent,
    /** The workers and states that the control plane was told of. */
    statuses: () => sent('control').filter(({ type }) => type === 'connection-status'),
    command: (name: string, details: unknown = null) =>
      link.deliver('control', { type: 'command', message_id: 'c1', content: { command: name, arguments: details } }),
    configure: (version: number, directive = 'device') =>
      link.deliver('data', { type: 'data', message_id: `v${version}`, directive, content: { version } }),
    /** What workers got, as `handler:content`. */
    got: () => hub.delivered().map(({ handler, data }) => `${handler}:${new TextDecoder().decode(data.content)}`),
    warnings: () => logger.lines.filter(({ level }) => level === 'warn').map(({ message }) => message),
  });
}
