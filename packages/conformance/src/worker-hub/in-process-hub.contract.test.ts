import { hasCode } from '@k4e/core';
import { createInProcessHub } from '@k4e/core/link';
import type { HubConnection, WorkerListener } from '@k4e/core/link';
import type { WorkerData, WorkerEvent } from '@k4e/core/ports';
import { createSystemClock } from '@k4e/core/system';
import { describeWorkerHubContract } from './worker-hub-contract.ts';
import type { WorkerHubSubject, WorkersEnd } from './worker-hub-subject.ts';

const NO_NEWS = { registered: () => undefined, waiting: () => undefined };

/** Workers that keep what they hear, and answer when they do not hang. */
class Workers implements WorkersEnd {
  readonly #hub = createInProcessHub({ clock: createSystemClock() });
  readonly #connections = new Map<string, HubConnection>();
  readonly #received: { readonly handler: string; readonly data: WorkerData }[] = [];
  readonly #events: { readonly handler: string; readonly event: WorkerEvent }[] = [];
  readonly #disconnects: string[] = [];
  #isHanging = false;

  get hub() {
    return this.#hub;
  }

  async register(worker: Parameters<WorkersEnd['register']>[0]): Promise<boolean> {
    const { handler } = worker;
    try {
      this.#connections.set(handler, this.#hub.connect(worker, this.#listener(handler), NO_NEWS));
      return true;
    } catch (error) {
      if (hasCode(error, 'ALREADY_EXISTS') || hasCode(error, 'TOO_LARGE')) return false;
      throw error;
    }
  }

  received(name: string): readonly WorkerData[] {
    return this.#received.flatMap(({ handler, data }) => (handler === name ? [data] : []));
  }

  events(name: string): readonly WorkerEvent[] {
    return this.#events.flatMap(({ handler, event }) => (handler === name ? [event] : []));
  }

  disconnects(name: string): number {
    return this.#disconnects.filter((handler) => handler === name).length;
  }

  async say(data: WorkerData, options: Parameters<WorkersEnd['say']>[1]): ReturnType<WorkersEnd['say']> {
    try {
      return await this.#connections.get(data.directive)?.say(data, options);
    } catch (error) {
      if (hasCode(error, 'TOO_LARGE') || hasCode(error, 'ABORTED')) return undefined;
      throw error;
    }
  }

  hang(isHanging: boolean): void {
    this.#isHanging = isHanging;
  }

  async kill(handler: string): Promise<void> {
    this.#connections.get(handler)?.close();
  }

  #listener(handler: string): WorkerListener {
    const rest = (): Promise<void> => (this.#isHanging ? new Promise(() => undefined) : Promise.resolve());
    return {
      onData: (data) => {
        this.#received.push({ handler, data });
        return rest();
      },
      onDisconnect: () => {
        this.#disconnects.push(handler);
        return rest();
      },
      onEvent: (event) => void this.#events.push({ handler, event }),
    };
  }
}

async function createSubject(): Promise<WorkerHubSubject> {
  const workers = new Workers();
  return { hub: workers.hub, workers, dispose: async () => undefined };
}

describeWorkerHubContract('createInProcessHub', { createSubject });
