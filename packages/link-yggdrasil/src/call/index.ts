/** Unary calls of gRPC on a unix socket, made and served, with the limits that hold for both sides. */
export { MAX_CONCURRENT_CALLS, MAX_WIRE_BYTES } from './limits.ts';
export { hasFailed, openChannel, watchChannel } from './grpc-channel.ts';
export { CallFailure, callUnary, isRefusal, isUnknownMethod, statusOf } from './call-unary.ts';
export { serveUnary, startGrpcServer } from './grpc-server.ts';
export type { GrpcServer, ServedCall, ServedMethod } from './grpc-server.ts';
