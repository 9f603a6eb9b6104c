/** Path prefix of the edge API (wire). */
export const API_BASE_PATH = '/api/k4e-management/v1';

/** The two channels of the edge API (wire). */
export type Channel = 'data' | 'control';

/** Path of one of the four endpoints (wire): `in` is what the device fetches, `out` what it sends. */
export function endpointPath(channel: Channel, deviceId: string, direction: 'in' | 'out'): string {
  return `${API_BASE_PATH}/${channel}/${encodeURIComponent(deviceId)}/${direction}`;
}
