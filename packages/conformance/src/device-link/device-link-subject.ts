import type { ErrorCode } from '@k4e/core';
import type { DeviceLink } from '@k4e/core/ports';
import type { Message } from '@k4e/core/protocol';

/** The other end of the link under test. */
export interface ControlPlaneEnd {
  /** What the device is to be, from now on; `undefined`: there is nothing for it. */
  setConfiguration(message: Message | undefined): void;
  /** A command, delivered once. */
  queueCommand(message: Message): void;
  /** Whether it knows the device. It does at first. */
  setKnown(isKnown: boolean): void;
  /** The configuration that the device's link certainly has. */
  seen(): Message | undefined;
  /** Messages that it has taken from the device, in order. */
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
}
