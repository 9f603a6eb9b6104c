import { K4eError, createSerialQueue } from '../foundation/index.ts';
import type { ErrorCode } from '../foundation/index.ts';
import { checkOpenPorts } from '../ports/index.ts';
import type { Firewall, OpenPort } from '../ports/index.ts';

/** A firewall in memory. Opens ports as soon as its turn has come. */
export interface FakeFirewall extends Firewall {
  /** What is open, as `8080/tcp`, sorted, each once. */
  openPorts(): readonly string[];
  /** How often something was changed; applying what is in force is no change. */
  changeCount(): number;
  /** Makes the next `apply` or `clear` reject with `code`, without effect. */
  failNext(code: ErrorCode): void;
  /** Rules of others that are in the way from now on, in words. */
  obstruct(messages: readonly string[]): void;
  /** What somebody else's hand does: from now on exactly these are open. */
  tamper(ports: readonly OpenPort[]): void;
}

/** Creates a firewall in memory with nothing open. */
export function createFakeFirewall(): FakeFirewall {
  const queue = createSerialQueue();
  let open: readonly string[] = [];
  let changes = 0;
  let obstacles: readonly string[] = [];
  let failure: ErrorCode | undefined;
  const change = (next: readonly string[]): void => {
    const code = failure;
    failure = undefined;
    if (code !== undefined) throw new K4eError(code);
    if (next.join() === open.join()) return;
    open = next;
    changes++;
  };
  return {
    capabilities: { opensPorts: true },
    async apply(ports, options = {}) {
      checkOpenPorts(ports);
      const next = portNames(ports);
      await queue.run(() => change(next), options);
    },
    clear: (options = {}) => queue.run(() => change([]), options),
    diagnose: (options = {}) => queue.run(() => obstacles.map((message) => ({ message })), options),
    openPorts: () => open,
    changeCount: () => changes,
    failNext: (code) => void (failure = code),
    obstruct: (messages) => void (obstacles = messages),
    tamper: (ports) => void (open = portNames(ports)),
  };
}

function portNames(ports: readonly OpenPort[]): readonly string[] {
  return [...new Set(ports.map(({ port, protocol }) => `${port}/${protocol}`))].sort();
}
