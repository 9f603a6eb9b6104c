import type { ErrorCode } from '@k4e/core';
import type { DeviceLink } from '@k4e/core/ports';
import type { Message } from '@k4e/core/protocol';

/** The other end of the link under test. */
export interface ControlPlaneEnd {
  /** What the device is to be, from now on; `undefined`: there is nothing for it. */
  setConfiguration(message: Message | undefined): void;
  /** A command, delivered once. */
  queueCommand(message: Message): void;
  /** Whether it knows the device. It does at first. To one that it does not know it gives nothing. */
  setKnown(isKnown: boolean): void;
  /** The configuration that the device's link certainly has. */
  seen(): Message | undefined;
  /** Messages that it has taken from the device, in order. The time in the envelope is that of whoever made it last. */
  received(): readonly Message[];
  /** Attempts of the device to send, taken or not. */
  sendCount(): number;
  /** Fails from now on in one of the ways that the options list. */
  fail(way: string): Promise<void>;
  recover(): Promise<void>;
}

/** A link under test, and its other end. Retries and looks of the link should take milliseconds. */
export interface DeviceLinkSubject {
  readonly link: DeviceLink;
  readonly controlPlane: ControlPlaneEnd;
  /** Everything that the test made is gone afterwards. */
  dispose(): Promise<void>;
}

/** What the suite is run over. */
export interface DeviceLinkContractOptions {
  /**
   * Called before each test. `isPatient`: a configuration that nobody asks for takes longer than any test to arrive, unless
   * the transport is told of it.
   */
  createSubject(options: { readonly isPatient: boolean }): Promise<DeviceLinkSubject>;
  /** The ways of failing that `fail` knows, and what `send` then rejects with. At least one is `LINK_UNREACHABLE`. */
  readonly failures: Readonly<Record<string, ErrorCode>>;
  /** The ways of failing that a link notices which only receives. Default: all. */
  readonly outages?: readonly string[];
  /**
   * Whether a gateway stands between the link and the control plane. It is then the gateway's to heed commands other than
   * `disconnect`, and to say what goes to `control`: sending there resolves, and nothing is sent. That the control plane does
   * not know the device is known from the answer to a message. Default: false.
   */
  readonly isBehindGateway?: boolean;
  /** Whether the link tries again by itself in an outage, and tells each try. Default: true. */
  readonly doesRetry?: boolean;
}
