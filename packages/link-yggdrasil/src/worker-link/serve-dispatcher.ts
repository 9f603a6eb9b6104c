import type { WorkerListener } from '@k4e/core/link';
import { serveUnary } from '../call/index.ts';
import type { ServedMethod } from '../call/index.ts';
import { fromWireData, fromWireEvent, workerMethods } from '../wire/index.ts';

/** The service `yggdrasil.Worker`, in both generations. */
export function serveDispatcher(listener: WorkerListener): ServedMethod[] {
  return [
    serveUnary(workerMethods.send, async (data) => {
      await listener.onData(fromWireData(data));
      return { response: new Uint8Array() };
    }),
    serveUnary(workerMethods.disconnect, async (_, { signal }) => {
      await listener.onDisconnect({ signal });
      return {};
    }),
    serveUnary(workerMethods.notifyEvent, async (notification, { signal }) => {
      const event = fromWireEvent(notification);
      if (event === 'disconnect') await listener.onDisconnect({ signal });
      else if (event !== undefined) listener.onEvent(event);
      return {};
    }),
  ];
}
