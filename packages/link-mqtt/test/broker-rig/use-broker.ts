import { startMosquitto } from '@k4e/testbed';
import type { Mosquitto, MosquittoOptions } from '@k4e/testbed';
import { afterEach, beforeEach } from 'vitest';
import { startRawControlPlane } from './raw-control-plane.ts';
import type { RawControlPlane } from './raw-control-plane.ts';
import { startRelay } from './relay.ts';
import type { Relay } from './relay.ts';

/** What a test has of its broker: the broker itself, a way to it that sees and breaks everything, and who is at the other end. */
export interface BrokerRig {
  mosquitto: Mosquitto;
  relay: Relay;
  controlPlane: RawControlPlane;
}

/** A broker for each test of a suite; the object's members are those of the test that runs. */
export function useBroker(options: MosquittoOptions = {}): BrokerRig {
  const rig: Partial<BrokerRig> = {};
  beforeEach(async () => {
    rig.mosquitto = await startMosquitto(options);
    rig.relay = await startRelay(rig.mosquitto.port);
    rig.controlPlane = await startRawControlPlane(rig.mosquitto.url);
  });
  afterEach(async () => {
    await rig.controlPlane?.stop();
    await rig.relay?.stop();
    await rig.mosquitto?.stop();
  });
  return rig as BrokerRig;
}
