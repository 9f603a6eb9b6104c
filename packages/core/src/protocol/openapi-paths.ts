import type { JsonObject } from '../foundation/index.ts';
import { DNS_LABEL_MAX_LENGTH } from '../foundation/index.ts';
import { API_BASE_PATH } from './paths.ts';

const DEVICE_ID: JsonObject = {
  name: 'device_id',
  in: 'path',
  required: true,
  description: 'The name of the EdgeDevice; upstream agents use the machine id as a dashed UUID.',
  schema: { type: 'string', maxLength: DNS_LABEL_MAX_LENGTH, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
};

const schemaRef = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: JsonObject): JsonObject => ({ 'application/json': { schema } });
const refusal = (description: string): JsonObject => ({ description, content: json(schemaRef('Error')) });

/** An envelope whose content is one of the schemas. */
const messageWith = (...contents: readonly string[]): JsonObject => ({
  allOf: [
    schemaRef('Message'),
    { type: 'object', properties: { content: contents.length === 0 ? {} : { anyOf: contents.map(schemaRef) } } },
  ],
});

const UNAVAILABLE = refusal(
  'The control plane cannot answer now. Retry-After says in seconds when to come back, where it is given.',
);
const FAILED = refusal('The control plane failed.');
const UNKNOWN_DEVICE = refusal('There is no such device: it has to register.');
const INVALID = refusal('The message, its content or the device id is not valid, or the directive is unknown.');
const NO_ENVELOPE = refusal(
  'The body is missing, or no envelope: code says what is wrong (602 required, 606 not one of its values).',
);
const WRONG_TYPE = refusal('The body is not application/json.');
const TOO_LARGE = refusal('The body is over its limit.');

const header = (name: string, description: string): JsonObject => ({
  name,
  in: 'header',
  required: false,
  description,
  schema: { type: 'string' },
});
/** See `held-poll.ts`. */
const POLL_HEADERS: JsonObject[] = [
  header(
    'Prefer',
    'wait=25 asks for the answer to be held until there is something else than the device has, so many seconds at most.',
  ),
  header('If-None-Match', 'What the device has: the ETag of its last answer.'),
];
const UNCHANGED: JsonObject = {
  description:
    'There is nothing else than the device has. With Preference-Applied the poll was held, or would have been: the device may ask again at once.',
};

/** The four endpoints. */
export function openApiPaths(): JsonObject {
  return {
    [`${API_BASE_PATH}/data/{device_id}/in`]: { parameters: [DEVICE_ID], get: fetchData },
    [`${API_BASE_PATH}/data/{device_id}/out`]: { parameters: [DEVICE_ID], post: sendData },
    [`${API_BASE_PATH}/control/{device_id}/in`]: { parameters: [DEVICE_ID], get: fetchControl },
    [`${API_BASE_PATH}/control/{device_id}/out`]: { parameters: [DEVICE_ID], post: sendControl },
  };
}

const fetchData: JsonObject = {
  operationId: 'getDataMessageForDevice',
  summary: 'What the device should be',
  parameters: POLL_HEADERS,
  responses: {
    200: { description: 'The whole configuration.', content: json(messageWith('DeviceConfiguration')) },
    304: UNCHANGED,
    400: INVALID,
    404: UNKNOWN_DEVICE,
    500: FAILED,
    503: UNAVAILABLE,
  },
};

const sendData: JsonObject = {
  operationId: 'postDataMessageForDevice',
  summary: 'A registration or heartbeat',
  requestBody: { required: true, content: json(messageWith('Registration', 'Heartbeat')) },
  responses: {
    200: { description: 'Taken. To register a device that is known already is fine. The body is empty.' },
    400: INVALID,
    404: UNKNOWN_DEVICE,
    413: TOO_LARGE,
    415: WRONG_TYPE,
    422: NO_ENVELOPE,
    500: FAILED,
    503: UNAVAILABLE,
  },
};

const fetchControl: JsonObject = {
  operationId: 'getControlMessageForDevice',
  summary: 'What the device should do now',
  parameters: POLL_HEADERS,
  responses: {
    200: {
      description: 'A command. Without one the body is empty: neither null nor an object.',
      content: json(messageWith('Command')),
    },
    304: UNCHANGED,
    400: INVALID,
    404: UNKNOWN_DEVICE,
    500: FAILED,
    503: UNAVAILABLE,
  },
};

const sendControl: JsonObject = {
  operationId: 'postControlMessageForDevice',
  summary: 'A connection status, or the answer to a command',
  requestBody: { required: true, content: json(messageWith('ConnectionStatus')) },
  responses: {
    200: { description: 'Taken, whether the device is known or not. The body is empty.' },
    400: INVALID,
    413: TOO_LARGE,
    415: WRONG_TYPE,
    422: NO_ENVELOPE,
    500: FAILED,
    503: UNAVAILABLE,
  },
};
