/** The description of the edge API. */
export function openApiDocument(): unknown {
  return { openapi: '3.0.3', info: { title: 'k4e edge API', version: 'v1' }, paths: {} };
}
