import { errorText } from '../../foundation/index.ts';
import type { Clock, Firewall, OpenPort } from '../../ports/index.ts';
import { withDeadline } from '../../reconcile/index.ts';
import type { Announce } from '../activity/index.ts';
import { portText } from './host-ports.ts';

/** Time allowed for one change of the firewall, in milliseconds. */
export const FIREWALL_LIMIT_MS = 30_000;

/** What a port gate works with. */
export interface PortGateParts {
  readonly firewall: Firewall;
  readonly clock: Clock;
  readonly announce: Announce;
}

/**
 * The host ports that are open, and for whom. The firewall always gets the whole set. Calls that come while it is being
 * changed share the next change, so a hundred pods that start at once cost a few.
 */
export class PortGate {
  readonly #parts: PortGateParts;
  #holders = new Map<string, readonly OpenPort[]>();
  /** `undefined` until the first change: what an earlier process left open is not known. */
  #inForce: ReadonlyMap<string, readonly OpenPort[]> | undefined;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #failure: string | undefined;
  #obstruction: string | undefined;

  constructor(parts: PortGateParts) {
    this.#parts = parts;
  }

  /** Why ports are not as they should be: the last change failed, or rules of others are in the way. */
  get failure(): string | undefined {
    return this.#failure ?? this.#obstruction;
  }

  /** Opens the ports of a workload and resolves when they are open; at once when they are. Rejects as `Firewall.apply`. */
  async open(workload: string, ports: readonly OpenPort[]): Promise<void> {
    const isOpen = sameAs(this.#inForce?.get(workload), ports) && sameAs(this.#holders.get(workload), ports);
    if (isOpen) return;
    const before = this.#holders.get(workload);
    this.#holders.set(workload, ports);
    try {
      await this.#sync();
    } catch (error) {
      if (before === undefined) this.#holders.delete(workload);
      else this.#holders.set(workload, before);
      throw error;
    }
  }

  /** Just these workloads hold ports from now on: closes those of all others. Never rejects; see `failure`. */
  async retain(holders: ReadonlyMap<string, readonly OpenPort[]>): Promise<void> {
    const kept = new Map([...holders].filter(([, ports]) => ports.length > 0));
    const isSame =
      kept.size === this.#holders.size && [...kept].every(([name, ports]) => sameAs(this.#holders.get(name), ports));
    if (isSame && this.#inForce !== undefined) return;
    this.#holders = kept;
    await this.repair();
  }

  /** Applies the set again, in case somebody else has changed the firewall. Never rejects; see `failure`. */
  async repair(): Promise<void> {
    await this.#sync().catch(() => undefined);
  }

  /** Looks for rules of others that keep our ports closed. Never rejects; see `failure`. */
  async diagnose(): Promise<void> {
    const { firewall, clock, announce } = this.#parts;
    const before = this.#obstruction;
    if (this.#holders.size === 0) this.#obstruction = undefined;
    else {
      const limits = { clock, limitMs: FIREWALL_LIMIT_MS, subject: 'firewall' };
      this.#obstruction = await withDeadline(limits, (signal) => firewall.diagnose({ signal })).then(
        (obstacles) => (obstacles.length === 0 ? undefined : obstacles.map(({ message }) => message).join('; ')),
        (error: unknown) => `the rules of others cannot be read: ${errorText(error)}`,
      );
    }
    const isNews = this.#obstruction !== undefined && this.#obstruction !== before;
    if (isNews) announce('portsObstructed', { message: this.#obstruction ?? '' });
  }

  #sync(): Promise<void> {
    if (this.#running === undefined) return this.#begin();
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#begin();
      });
    return this.#next;
  }

  #begin(): Promise<void> {
    this.#running = this.#apply().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #apply(): Promise<void> {
    const { firewall, clock, announce } = this.#parts;
    const target = new Map(this.#holders);
    try {
      await withDeadline({ clock, limitMs: FIREWALL_LIMIT_MS, subject: 'firewall' }, (signal) =>
        firewall.apply([...target.values()].flat(), { signal }),
      );
    } catch (error) {
      const message = errorText(error);
      if (this.#failure !== message) announce('firewallFailed', { message });
      this.#failure = message;
      throw error;
    }
    this.#failure = undefined;
    const isNew = this.#tell(target);
    this.#inForce = target;
    if (isNew) void this.diagnose();
  }

  /** Says which ports were opened and closed; answers whether any were opened. */
  #tell(target: ReadonlyMap<string, readonly OpenPort[]>): boolean {
    const { announce, firewall } = this.#parts;
    const opened = [...target].filter(
      ([workload, ports]) => ports.length > 0 && !sameAs(this.#inForce?.get(workload), ports),
    );
    for (const [workload, ports] of opened) {
      announce('portsOpened', { workload, ports, isEnforced: firewall.capabilities.opensPorts });
    }
    for (const [workload, ports] of this.#inForce ?? []) {
      if (!target.has(workload)) announce('portsClosed', { workload, ports });
    }
    return opened.length > 0;
  }
}

function sameAs(a: readonly OpenPort[] | undefined, b: readonly OpenPort[]): boolean {
  return (a ?? []).map(portText).join() === b.map(portText).join();
}
