import { API_BASE_PATH } from '@k4e/core/protocol';

/** An endpoint of the edge API: the name it is counted under, its path with `:deviceId`, and its one method. */
export interface EdgeEndpoint {
  readonly name: string;
  readonly path: string;
  readonly method: 'GET' | 'POST';
}

/** The four endpoints (wire), and the two paths of the API's description: upstream's and the usual one. */
export const EDGE_ENDPOINTS = {
  dataIn: { name: 'data-in', path: `${API_BASE_PATH}/data/:deviceId/in`, method: 'GET' },
  dataOut: { name: 'data-out', path: `${API_BASE_PATH}/data/:deviceId/out`, method: 'POST' },
  controlIn: { name: 'control-in', path: `${API_BASE_PATH}/control/:deviceId/in`, method: 'GET' },
  controlOut: { name: 'control-out', path: `${API_BASE_PATH}/control/:deviceId/out`, method: 'POST' },
  swagger: { name: 'description', path: '/swagger.json', method: 'GET' },
  openApi: { name: 'description', path: '/openapi.json', method: 'GET' },
} as const satisfies Record<string, EdgeEndpoint>;

/** The name under which a request that is for no endpoint is counted. */
export const NO_ENDPOINT = 'none';

const METHODS_OF_PATHS = Object.values(EDGE_ENDPOINTS).map(({ path, method }) => ({
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(':deviceId', '[^/]+')}$`),
  method,
}));

/** The method that `path` (without its query) takes, or `undefined` when there is no such path. */
export function allowedMethod(path: string): 'GET' | 'POST' | undefined {
  return METHODS_OF_PATHS.find(({ pattern }) => pattern.test(path))?.method;
}
