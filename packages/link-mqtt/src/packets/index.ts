/** What a broker sends, packet by packet, before anybody believes it: bounded, whatever it claims. */
export { limitPackets } from './limited-stream.ts';
export type { LimitedStream } from './limited-stream.ts';
export { MAX_PACKET_BYTES } from './packet-limits.ts';
