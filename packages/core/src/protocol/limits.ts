/** Largest body of any request or answer of the edge API, in bytes: 1 MiB. */
export const MAX_BODY_BYTES = 1_048_576;
/** Most workloads in a configuration or heartbeat. */
export const MAX_WORKLOADS = 256;
/** Most events that one heartbeat carries. */
export const MAX_HEARTBEAT_EVENTS = 100;
/** Longest short text: names, versions, directives, in characters. */
export const MAX_SHORT_TEXT = 1_024;
/** Longest long text: messages, hardware reports, in characters. */
export const MAX_LONG_TEXT = 65_536;
/** Longest specification of a workload, in characters. */
export const MAX_SPECIFICATION = 262_144;
/** Most entries of a list of hardware parts, flags or addresses. */
export const MAX_HARDWARE_ITEMS = 1_024;
/** Most secrets in a configuration. */
export const MAX_SECRETS = 1_024;
/** Longest data of a secret, in characters: as much as a body can hold. */
export const MAX_SECRET_DATA = 1_048_576;
/** Most containers that the metrics of a workload name. */
export const MAX_METRICS_CONTAINERS = 256;
