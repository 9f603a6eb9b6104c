import type { LinkState, ReceivedMessage } from '@k4e/core/ports';
import type { Message } from '@k4e/core/protocol';
import { DISCONNECT_COMMAND, MAX_BODY_BYTES, createMessage } from '@k4e/core/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeviceLinkContractOptions, DeviceLinkSubject } from './device-link-subject.ts';

/** How long the suite waits for what must happen, in milliseconds. */
const DEADLINE_MS = 15_000;

type Current = () => DeviceLinkSubject;

/** The contract of `DeviceLink`, row by row, as a vitest suite. */
export function describeDeviceLinkContract(name: string, options: DeviceLinkContractOptions): void {
  describe(`${name} keeps the contract of DeviceLink`, () => {
    let subject: DeviceLinkSubject;
    beforeEach(async () => {
      subject = await options.createSubject({ isPatient: false });
    });
    afterEach(() => subject.dispose());

    const current: Current = () => subject;
    const isDirect = options.isBehindGateway !== true;
    describeReceiving(current);
    if (isDirect) describeCommands(current);
    describeOutages(current, options);
    describeUnknownDevice(current, isDirect);
    describeEnding(current, isDirect);
    describeSending(current, options.failures);
    if (isDirect) describeSendingControl(current);
    else describeControlOfGateway(current);
    describeRefreshing(options);
  });
}

const NOW_MS = Date.UTC(2026, 0, 1);
const configuration = (version: string): Message =>
  createMessage({ type: 'data', directive: 'device', content: { version } }, { nowMs: NOW_MS, id: `m-${version}` });
const command = (name: string): Message =>
  createMessage({ type: 'command', content: { command: name, arguments: null } }, { nowMs: NOW_MS, id: name });
const disconnect = createMessage({ type: 'command', content: DISCONNECT_COMMAND }, { nowMs: NOW_MS, id: 'leave' });
const heartbeat = (version: string): Message =>
  createMessage({ type: 'data', directive: 'heartbeat', content: { version } }, { nowMs: NOW_MS, id: `h-${version}` });

/** What every transport carries of a message. */
const essence = ({ type, message_id, directive, content }: Message) => ({ type, message_id, directive, content });
const received = ({ controlPlane }: DeviceLinkSubject) => controlPlane.received().map(essence);

const eventually = (check: () => unknown) => expect.poll(check, { timeout: DEADLINE_MS, interval: 5 });
const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Takes all that a link gives, until it is told to stop. */
function takeAll({ link }: DeviceLinkSubject) {
  const controller = new AbortController();
  const taken: ReceivedMessage[] = [];
  const states: LinkState[] = [];
  const run = async (): Promise<void> => {
    const { signal } = controller;
    for await (const received of link.receive({ signal, onState: (state) => states.push(state) })) taken.push(received);
  };
  const done = run();
  const idsOf = (channel: ReceivedMessage['channel']): unknown[] =>
    taken.filter((received) => received.channel === channel).map(({ message }) => message.message_id);
  return {
    states,
    commands: () => idsOf('control'),
    lastCommand: () => taken.filter(({ channel }) => channel === 'control').at(-1)?.message,
    newest: () => idsOf('data').at(-1),
    lastState: () => states.at(-1)?.state,
    stop: () => {
      controller.abort();
      return done;
    },
  };
}

function describeReceiving(subject: Current): void {
  test('a configuration arrives whole, on the data channel', async () => {
    subject().controlPlane.setConfiguration(configuration('1'));
    const messages = subject().link.receive({ signal: AbortSignal.timeout(DEADLINE_MS) });
    for await (const { channel, message } of messages) {
      expect(channel).toBe('data');
      expect(message).toMatchObject({ type: 'data', directive: 'device', content: { version: '1' } });
      break;
    }
  });

  test('each new configuration arrives', async () => {
    const taking = takeAll(subject());
    for (const version of ['1', '2', '3']) {
      subject().controlPlane.setConfiguration(configuration(version));
      await eventually(taking.newest).toBe(`m-${version}`);
    }
    await taking.stop();
  });

  test('a disconnect arrives as a command, on the control channel', async () => {
    const taking = takeAll(subject());
    await eventually(taking.lastState).toBe('connected');
    subject().controlPlane.queueCommand(disconnect);
    await eventually(() => taking.commands().length).toBe(1);
    expect(taking.lastCommand()).toMatchObject({ type: 'command', content: DISCONNECT_COMMAND });
    await taking.stop();
  });

  test('of configurations that nobody took only the newest arrives', async () => {
    const { controlPlane, link } = subject();
    const stop = new AbortController();
    const messages = link.receive({ signal: stop.signal })[Symbol.asyncIterator]();
    controlPlane.setConfiguration(configuration('1'));
    await messages.next();
    for (const version of ['2', '3', '4']) {
      controlPlane.setConfiguration(configuration(version));
      await eventually(() => controlPlane.seen()?.message_id).toBe(`m-${version}`);
    }
    const next = await messages.next();
    expect(next.done !== true && next.value.message.message_id).toBe('m-4');
    stop.abort();
    await messages.return?.();
  });
}

function describeCommands(subject: Current): void {
  test('commands arrive once each, in order, on the control channel', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `c-${index}`);
    const taking = takeAll(subject());
    for (const name of names) subject().controlPlane.queueCommand(command(name));
    await eventually(() => taking.commands().length).toBe(names.length);
    expect(taking.commands()).toEqual(names);
    await taking.stop();
  });
}

function describeOutages(subject: Current, { failures, outages, doesRetry = true }: DeviceLinkContractOptions): void {
  const ways = outages ?? Object.keys(failures);
  test.each(ways)('an outage ends nothing, is told with its cause, and its end is told: %s', async (way) => {
    const { controlPlane } = subject();
    controlPlane.setConfiguration(configuration('1'));
    const taking = takeAll(subject());
    await eventually(taking.newest).toBe('m-1');
    await eventually(taking.lastState).toBe('connected');
    await controlPlane.fail(way);
    await eventually(taking.lastState).toBe('waiting');
    const told = taking.states.length - 1;
    if (doesRetry) await eventually(() => taking.states.length).toBeGreaterThan(told + 2);
    for (const state of taking.states.slice(told)) {
      expect(state).toMatchObject({ state: 'waiting' });
      expect(state.state === 'waiting' && state.cause.length > 0 && state.cause.length <= 1_000).toBe(true);
      expect(state.state === 'waiting' && state.retryInMs > 0).toBe(true);
    }
    controlPlane.setConfiguration(configuration('2'));
    await controlPlane.recover();
    await eventually(taking.newest).toBe('m-2');
    await eventually(taking.lastState).toBe('connected');
    await taking.stop();
  });

  test.each(ways)('it begins in an outage, too: %s', async (way) => {
    const { controlPlane } = subject();
    await controlPlane.fail(way);
    const taking = takeAll(subject());
    await eventually(taking.lastState).toBe('waiting');
    controlPlane.setConfiguration(configuration('1'));
    await controlPlane.recover();
    await eventually(taking.newest).toBe('m-1');
    await taking.stop();
  });
}

/** A link that looks for messages learns by itself whether the device is known; another one when it sends. */
async function learnWhetherKnown(subject: DeviceLinkSubject, isDirect: boolean): Promise<void> {
  if (!isDirect) await failureOf(subject.link.send('data', heartbeat('0')));
}

function describeUnknownDevice(subject: Current, isDirect: boolean): void {
  test('a control plane that does not know the device is told from an outage; it goes on by itself', async () => {
    const { controlPlane } = subject();
    controlPlane.setKnown(false);
    const taking = takeAll(subject());
    await learnWhetherKnown(subject(), isDirect);
    await eventually(taking.lastState).toBe('unknown-device');
    const told = taking.states.length;
    await learnWhetherKnown(subject(), isDirect);
    await eventually(() => taking.states.length).toBeGreaterThan(told);
    controlPlane.setConfiguration(configuration('1'));
    controlPlane.setKnown(true);
    await eventually(taking.newest).toBe('m-1');
    await learnWhetherKnown(subject(), isDirect);
    await eventually(taking.lastState).toBe('connected');
    expect(taking.states.some(({ state }) => state === 'waiting')).toBe(false);
    await taking.stop();
  });
}

function describeEnding(subject: Current, isDirect: boolean): void {
  test('the signal ends it without an error, and it can begin again', async () => {
    await takeAll(subject()).stop();
    subject().controlPlane.setConfiguration(configuration('1'));
    const again = takeAll(subject());
    await eventually(again.newest).toBe('m-1');
    await again.stop();
  });

  test('the signal ends it in the middle of an outage', async () => {
    subject().controlPlane.setKnown(false);
    const taking = takeAll(subject());
    await learnWhetherKnown(subject(), isDirect);
    await eventually(taking.lastState).toBe('unknown-device');
    await taking.stop();
  });

  test('a signal that has fired before: it ends, and yields nothing', async () => {
    subject().controlPlane.setConfiguration(configuration('1'));
    for await (const received of subject().link.receive({ signal: AbortSignal.abort() }))
      expect(received).toBeUndefined();
  });

  test('a listener that throws does not end it', async () => {
    subject().controlPlane.setConfiguration(configuration('1'));
    const onState = (): void => {
      throw new Error('listener');
    };
    const taken: unknown[] = [];
    for await (const received of subject().link.receive({ signal: AbortSignal.timeout(DEADLINE_MS), onState })) {
      taken.push(received);
      break;
    }
    expect(taken).toHaveLength(1);
  });
}

function describeSending(subject: Current, failures: DeviceLinkContractOptions['failures']): void {
  test('what was sent has been taken when it resolves, whole and in order', async () => {
    const { link } = subject();
    await link.send('data', heartbeat('1'));
    expect(received(subject())).toHaveLength(1);
    await link.send('data', heartbeat('2'));
    expect(received(subject())).toEqual([essence(heartbeat('1')), essence(heartbeat('2'))]);
  });

  test('it sends while it receives', async () => {
    const taking = takeAll(subject());
    await subject().link.send('data', heartbeat('1'));
    expect(received(subject())).toEqual([essence(heartbeat('1'))]);
    await taking.stop();
  });

  test.each(Object.entries(failures))('a control plane that %s: %s, after a single attempt', async (way, code) => {
    const { link, controlPlane } = subject();
    await controlPlane.fail(way);
    expect(await failureOf(link.send('data', heartbeat('1')))).toMatchObject({ code });
    await controlPlane.recover();
    await link.send('data', heartbeat('2'));
    expect(received(subject())).toEqual([essence(heartbeat('2'))]);
    expect(controlPlane.sendCount()).toBeLessThanOrEqual(2);
  });

  test('a device that is not known: LINK_UNKNOWN_DEVICE', async () => {
    subject().controlPlane.setKnown(false);
    const error = await failureOf(subject().link.send('data', heartbeat('1')));
    expect(error).toMatchObject({ code: 'LINK_UNKNOWN_DEVICE' });
  });

  test('a message over the limit: TOO_LARGE, and nothing is sent', async () => {
    const error = await failureOf(subject().link.send('data', heartbeat('x'.repeat(MAX_BODY_BYTES))));
    expect(error).toMatchObject({ code: 'TOO_LARGE' });
    expect(subject().controlPlane.sendCount()).toBe(0);
  });

  test('a signal that has fired: ABORTED, and nothing is sent', async () => {
    const error = await failureOf(subject().link.send('data', heartbeat('1'), { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ code: 'ABORTED' });
    expect(subject().controlPlane.sendCount()).toBe(0);
  });
}

function describeSendingControl(subject: Current): void {
  test('what goes to control is taken, too', async () => {
    await subject().link.send('control', heartbeat('1'));
    expect(received(subject())).toEqual([essence(heartbeat('1'))]);
  });
}

function describeControlOfGateway(subject: Current): void {
  test('what goes to control is the say of the gateway: it resolves, and nothing is sent', async () => {
    const { link, controlPlane } = subject();
    await link.send('control', heartbeat('1'));
    expect(controlPlane.sendCount()).toBe(0);
    expect(await failureOf(link.send('control', heartbeat('1'), { signal: AbortSignal.abort() }))).toMatchObject({
      code: 'ABORTED',
    });
  });
}

function describeRefreshing(options: DeviceLinkContractOptions): void {
  test('refresh brings the configuration now, however patient the link is', async () => {
    const patient = await options.createSubject({ isPatient: true });
    try {
      const taking = takeAll(patient);
      await eventually(taking.lastState).toBe('connected');
      patient.controlPlane.setConfiguration(configuration('1'));
      patient.link.refresh();
      await eventually(taking.newest).toBe('m-1');
      await taking.stop();
    } finally {
      await patient.dispose();
    }
  });

  test('refresh without a receiver does nothing', async () => {
    const patient = await options.createSubject({ isPatient: true });
    patient.link.refresh();
    await patient.dispose();
  });
}
