import type { INamespace } from 'protobufjs/light.js';

const text = (id: number) => ({ type: 'string', id });
const textMap = (id: number) => ({ keyType: 'string', type: 'string', id });

/**
 * The messages of package `yggdrasil` (proto3), in the JSON form of protobufjs: no file has to be found at run time. (wire:
 * numbers and types are those of upstream; a `Receipt`, `DisconnectResponse` or `EventReceipt` has no fields, as `Empty`.)
 */
export const YGGDRASIL_MESSAGES: INamespace = {
  nested: {
    Empty: { fields: {} },
    RegistrationRequest: {
      fields: {
        handler: text(1),
        pid: { type: 'int64', id: 2 },
        detached_content: { type: 'bool', id: 3 },
        features: textMap(4),
      },
    },
    RegistrationResponse: { fields: { registered: { type: 'bool', id: 1 }, address: text(2) } },
    Data: {
      fields: {
        message_id: text(1),
        metadata: textMap(2),
        content: { type: 'bytes', id: 3 },
        response_to: text(4),
        directive: text(5),
      },
    },
    Response: { fields: { response: { type: 'bytes', id: 1 } } },
    EventNotification: { fields: { name: { type: 'int32', id: 1 }, detail: text(2), metadata: textMap(3) } },
    Config: {
      fields: {
        log_level: text(1),
        client_id: text(2),
        socket_addr: text(3),
        server: text(4),
        cert_file: text(5),
        key_file: text(6),
        ca_root: text(7),
      },
    },
  },
};
