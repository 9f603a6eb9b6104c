/**
 * An edge API for the tests of devices: it speaks the protocol on a loopback port, remembers what it was asked, and goes
 * wrong in every way that a test names.
 */
export { startFakeEdgeApi } from './fake-edge-api.ts';
export type { EdgeApiRequest, FakeEdgeApi, FakeEdgeApiOptions } from './fake-edge-api.ts';
export { EDGE_API_FAULTS, EDGE_API_FLOODS, EDGE_API_GARBAGE } from './edge-api-faults.ts';
export type { EdgeApiFault } from './edge-api-faults.ts';
