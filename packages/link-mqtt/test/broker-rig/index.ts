/** The other end of a link in tests: a control plane in plain MQTT, and a way to the broker that sees and breaks everything. */
export { RELAY_FAULTS, startRelay } from './relay.ts';
export type { Relay, RelayFault } from './relay.ts';
export { startRawControlPlane } from './raw-control-plane.ts';
export type { RawControlPlane, RawControlPlaneOptions, SeenMessage } from './raw-control-plane.ts';
export { DEADLINE_MS, eventually, quickOptions, startDevice } from './device.ts';
export type { Device } from './device.ts';
export { commandText, configurationText, heartbeat, status } from './sample-messages.ts';
export { useBroker } from './use-broker.ts';
export type { BrokerRig } from './use-broker.ts';
