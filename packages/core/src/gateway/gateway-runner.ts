import { K4eError, errorText, fired } from '../foundation/index.ts';
import {
  createPausableLink,
  createThrottledWarning,
  readDisconnectMarker,
  sayFarewell,
  writeDisconnectMarker,
} from '../link/index.ts';
import type { DisconnectMarker, PausableLink, WarnThrottled } from '../link/index.ts';
import type { LinkState, ReceivedMessage } from '../ports/index.ts';
import { DEVICE_DIRECTIVE, REGISTRATION_DIRECTIVE, createMessage, offlineStatus } from '../protocol/index.ts';
import type { Message } from '../protocol/index.ts';
import { withDeadline } from '../reconcile/index.ts';
import { WorkerMailboxes } from './data-in/index.ts';
import { DeliveryLane } from './data-out/index.ts';
import { WorkerEvents } from './events/index.ts';
import type { Gateway, GatewayOutcome, GatewayParts } from './gateway.ts';
import { DISMISSAL_REGISTRATION_MS, Dismissal } from './leaving/index.ts';
import { Outbox } from './outbox/index.ts';
import { routeMessage } from './route-message.ts';
import { StatusReporter } from './status/index.ts';
import { createWebClient } from './web/index.ts';
import { createWorkerDataHandler } from './worker-data-handler.ts';
import type { HandleWorkerData } from './worker-data-handler.ts';

/** Time allowed for reading or writing a document, in milliseconds: a disk may hang. */
const STATE_LIMIT_MS = 30_000;
/** How long a gateway that is told to stop waits for a document that it writes, in milliseconds. */
const STOPPING_STATE_LIMIT_MS = 4_000;
/** Time for what workers sent last, before the gateway says that the device has left, in milliseconds. */
export const LAST_DELIVERY_LIMIT_MS = 5_000;

const JUST_BEGUN: DisconnectMarker = { isClean: false, isAcknowledged: false };

/** A gateway at work: the parts, what each tells the others, and the order in which they begin and end. */
export class GatewayRunner implements Gateway {
  readonly #parts: GatewayParts;
  readonly #link: PausableLink;
  readonly #warn: WarnThrottled;
  readonly #outbox: Outbox;
  readonly #lane: DeliveryLane;
  readonly #mailboxes: WorkerMailboxes;
  readonly #status: StatusReporter;
  readonly #events: WorkerEvents;
  readonly #dismissal: Dismissal;
  readonly #handleData: HandleWorkerData;
  /** Fires when the device is let go: nothing is received, and no status said, any more. */
  readonly #leave = new AbortController();
  /** Fires at the very end, or on a defect. */
  readonly #stop = new AbortController();
  #hasBegun = false;

  constructor(parts: GatewayParts) {
    const { clock, logger, random, state, hub, allowedHosts = [], dataHost, web = createWebClient() } = parts;
    this.#parts = parts;
    this.#link = createPausableLink(parts.transport, clock);
    this.#warn = createThrottledWarning(logger, clock);
    this.#outbox = new Outbox({ state, logger, warn: this.#warn, limits: parts.outboxLimits });
    const onTaken = (message: Message): void => this.#noteTaken(message);
    const delivering = { link: this.#link, outbox: this.#outbox, warn: this.#warn };
    this.#lane = new DeliveryLane({ ...delivering, clock, random, logger, onTaken });
    const configured = parts.configured ?? [DEVICE_DIRECTIVE];
    const fetching = { web, clock, allowedHosts, dataHost };
    this.#mailboxes = new WorkerMailboxes({ ...fetching, hub, random, warn: this.#warn, configured });
    this.#status = this.#createStatus();
    const signal = AbortSignal.any([this.#leave.signal, this.#stop.signal]);
    this.#events = new WorkerEvents({ hub, warn: this.#warn, signal });
    this.#dismissal = new Dismissal({ hub, clock, random, logger });
    this.#handleData = createWorkerDataHandler({ ...fetching, lane: this.#lane, uuid: parts.uuid });
  }

  async run({ signal }: { readonly signal: AbortSignal }): Promise<GatewayOutcome> {
    if (this.#hasBegun) throw new K4eError('INTERNAL', { message: 'a gateway runs once', retry: 'never' });
    this.#hasBegun = true;
    const marker = await this.#readMarker(signal);
    if (marker?.isAcknowledged === true && marker.isClean) return 'disconnected';
    if (marker !== undefined) this.#leave.abort();
    if (marker?.isClean !== true) await this.#work(AbortSignal.any([signal, this.#stop.signal]), marker !== undefined);
    if (signal.aborted || !this.#leave.signal.aborted) return 'stopped';
    return this.#sayFarewell(signal);
  }

  leave(): void {
    this.#leave.abort();
  }

  reconsider(): void {
    this.#status.reconsider();
  }

  /** Runs all parts until they are told to stop; one that fails stops the others. */
  async #work(signal: AbortSignal, wasLeaving: boolean): Promise<void> {
    await this.#restoreOutbox(signal);
    const { hub, onListening } = this.#parts;
    const listening = onListening === undefined ? {} : { onListening };
    const onWorkersChanged = (): void => this.#noteWorkers();
    const working = AbortSignal.any([signal, this.#leave.signal]);
    await this.#runAll([
      hub.serve({ ...listening, onWorkersChanged, onData: this.#handleData }, { signal }),
      this.#lane.run({ signal }),
      this.#mailboxes.run({ signal: working }),
      this.#status.run({ signal: working }),
      this.#receive(working),
      this.#leaveInOrder(signal, wasLeaving),
    ]);
  }

  /** Without what was kept it does its work all the same. */
  async #restoreOutbox(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#parts;
    const limits = { clock, limitMs: STATE_LIMIT_MS, subject: 'outbox', signal };
    await withDeadline(limits, (inner) => this.#outbox.restore({ signal: inner })).catch((error: unknown) => {
      if (!signal.aborted) logger.error('what was kept could not be read', { error: errorText(error) });
    });
  }

  async #runAll(parts: readonly Promise<void>[]): Promise<void> {
    const failures: unknown[] = [];
    const guarded = parts.map((part) =>
      part.catch((error: unknown) => {
        failures.push(error);
        this.#stop.abort();
      }),
    );
    await Promise.all(guarded);
    if (failures.length > 0) throw failures[0];
  }

  async #receive(signal: AbortSignal): Promise<void> {
    let last: LinkState['state'] | undefined;
    const onState = (state: LinkState): void => {
      if (state.state !== last) this.#logLink(state);
      last = state.state;
      this.#lane.noteLink(state);
      this.#status.noteLink(state);
      this.#events.noteLink(state);
    };
    for await (const received of this.#link.receive({ signal, onState })) {
      if (signal.aborted) return;
      this.#handle(received, signal);
    }
  }

  #logLink(state: LinkState): void {
    const { logger } = this.#parts;
    if (state.state === 'connected') logger.info('the control plane answers');
    else if (state.state === 'unknown-device') this.#warn('the control plane does not know this device');
    else this.#warn('the control plane does not answer as it should', { cause: state.cause });
  }

  #handle(received: ReceivedMessage, signal: AbortSignal): void {
    const route = routeMessage(received);
    if (route.to === 'worker') return this.#mailboxes.put(route.handler, received.message);
    if (route.to === 'nobody') return this.#warn('a message is ignored', { reason: route.reason });
    const { command } = route;
    switch (command.kind) {
      case 'disconnect':
        return this.leave();
      case 'ping':
        return void this.#answerPing(received.message, signal);
      case 'reconnect':
        this.#parts.logger.info('the control plane asks for a break', { durationMs: command.delayMs });
        this.#link.pause(command.delayMs);
        return this.#status.forget();
      case 'unknown':
        return this.#warn('an unknown command is ignored', { command: command.name.slice(0, 100) });
    }
  }

  /** Answers as yggdrasil does (wire: an event whose content is the text `pong`). One that is lost is lost. */
  async #answerPing({ message_id: responseTo }: Message, signal: AbortSignal): Promise<void> {
    const { clock, uuid } = this.#parts;
    const parts = { type: 'event', content: 'pong', ...(responseTo === undefined ? {} : { responseTo }) } as const;
    try {
      await this.#link.send('control', createMessage(parts, { nowMs: clock.nowMs(), id: uuid() }), { signal });
    } catch (error) {
      if (!signal.aborted) this.#warn('a ping could not be answered', { error: errorText(error) });
    }
  }

  #noteWorkers(): void {
    this.#mailboxes.noteWorkers(this.#parts.hub.workers());
    this.#status.reconsider();
    this.#events.noteWorkers();
    this.#dismissal.reconsider();
  }

  /** A device that has registered has a configuration, and need not wait for the next look. */
  #noteTaken({ directive }: Message): void {
    if (directive === REGISTRATION_DIRECTIVE) this.#link.refresh();
  }

  /** Waits until the device is let go, then lets the workers end their work and delivers their last words. */
  async #leaveInOrder(signal: AbortSignal, wasLeaving: boolean): Promise<void> {
    const hasEnded = (): boolean => signal.aborted;
    await fired(AbortSignal.any([signal, this.#leave.signal]));
    if (hasEnded()) return;
    this.#parts.logger.warn('the control plane has let this device go: its workers are told to end their work');
    await this.#saveMarker(JUST_BEGUN, signal);
    await this.#dismissal.run({ signal, waitMs: wasLeaving ? DISMISSAL_REGISTRATION_MS : 0 });
    await this.#lane.drain({ signal, limitMs: LAST_DELIVERY_LIMIT_MS });
    if (hasEnded()) return;
    await this.#inTime(() => this.#outbox.clear(), signal);
    await this.#saveMarker({ ...JUST_BEGUN, isClean: true }, signal);
    this.#stop.abort();
  }

  async #sayFarewell(signal: AbortSignal): Promise<GatewayOutcome> {
    const { transport, clock, random, uuid, logger } = this.#parts;
    const onFailure = (error: unknown): void =>
      this.#warn('the control plane could not be told that the device has left', { error: errorText(error) });
    const status = offlineStatus(this.#status.facts);
    try {
      const isAcknowledged = await sayFarewell({ link: transport, clock, random, uuid, onFailure, status }, { signal });
      await this.#saveMarker({ isClean: true, isAcknowledged }, signal);
      logger.info('this device is disconnected, and stays so until it is commissioned again');
      return 'disconnected';
    } catch (error) {
      if (signal.aborted) return 'stopped';
      throw error;
    }
  }

  async #readMarker(signal: AbortSignal): Promise<DisconnectMarker | undefined> {
    const { clock, state, logger } = this.#parts;
    try {
      const limits = { clock, limitMs: STATE_LIMIT_MS, subject: 'disconnected', signal };
      return await withDeadline(limits, (inner) => readDisconnectMarker(state, { signal: inner }));
    } catch (error) {
      if (!signal.aborted)
        logger.error('it cannot be read whether this device is disconnected', { error: errorText(error) });
      return undefined;
    }
  }

  async #saveMarker(marker: DisconnectMarker, signal: AbortSignal): Promise<void> {
    await this.#inTime(() => writeDisconnectMarker(this.#parts.state, marker), signal);
  }

  /** Leaving goes on, whatever the disk does; and what is known is written, also when `signal` has fired. */
  async #inTime(write: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#parts;
    const [settleMs, subject] = [STOPPING_STATE_LIMIT_MS, 'disconnected'];
    const limits = signal.aborted ? { limitMs: settleMs } : { limitMs: STATE_LIMIT_MS, signal, settleMs };
    await withDeadline({ ...limits, clock, subject }, write).catch((error: unknown) =>
      logger.error('that this device is disconnected could not be saved', { error: errorText(error) }),
    );
  }

  #createStatus(): StatusReporter {
    const { clock, random, uuid, logger, facts, hub, tags = () => ({}) } = this.#parts;
    return new StatusReporter({
      ...{ link: this.#link, clock, random, uuid, logger, facts, tags },
      workers: () => hub.workers(),
    });
  }
}
