/**
 * The program behind `startPeer`: echoes on ports, and asks others whether they do. One JSON request a line on standard
 * input, one JSON answer a line on standard output. Ends when its standard input does.
 */
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { PeerRequest, Target } from './peer-request.ts';

const RESEND_INTERVAL_MS = 100;
/** Echoes send it back, and web servers answer it. */
const GREETING = 'GET / HTTP/1.0\r\n\r\n';
const held = new Map<number, (timeoutMs: number) => Promise<boolean>>();

function listen({ protocol, port }: Target): Promise<boolean> {
  return new Promise((resolve, reject) => {
    if (protocol === 'tcp') {
      const server = createServer((socket) => socket.on('error', () => socket.destroy()).pipe(socket));
      server.on('error', reject).listen(port, '::', () => resolve(true));
    } else {
      const socket = createSocket('udp6');
      socket.on('message', (message, from) => socket.send(message, from.port, from.address));
      socket.on('error', reject).bind(port, '::', () => resolve(true));
    }
  });
}

/** Opens a connection and resolves with a way to ask whether the other side still echoes, or with `undefined`. */
function open(target: Target, timeoutMs: number): Promise<((timeoutMs: number) => Promise<boolean>) | undefined> {
  return target.protocol === 'tcp' ? openTcp(target, timeoutMs) : openUdp(target, timeoutMs);
}

function openTcp(
  { host, port }: Target,
  timeoutMs: number,
): Promise<((timeoutMs: number) => Promise<boolean>) | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const timer = setTimeout(() => fail(), timeoutMs);
    const fail = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(undefined);
    };
    socket.on('error', fail);
    socket.on('connect', () => {
      clearTimeout(timer);
      resolve((echoTimeoutMs) => echoTcp(socket, echoTimeoutMs));
    });
  });
}

function echoTcp(socket: Socket, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), timeoutMs);
    socket.once('data', () => {
      clearTimeout(timer);
      resolve(true);
    });
    socket.write(GREETING);
  });
}

async function openUdp({ host, port }: Target, timeoutMs: number) {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('error', () => undefined);
  const echo = (echoTimeoutMs: number): Promise<boolean> =>
    new Promise((resolve) => {
      const send = (): void => socket.send(GREETING, port, host, () => undefined);
      const again = setInterval(send, RESEND_INTERVAL_MS);
      const end = (answered: boolean): void => {
        clearInterval(again);
        clearTimeout(timer);
        socket.removeAllListeners('message');
        resolve(answered);
      };
      const timer = setTimeout(() => end(false), echoTimeoutMs);
      socket.on('message', () => end(true));
      send();
    });
  return (await echo(timeoutMs)) ? echo : undefined;
}

/** Sends datagrams as fast as it can, without looking for answers; resolves with how many. */
function flood({ host, port }: Target, durationMs: number): Promise<number> {
  const socket = createSocket('udp4');
  const endMs = Date.now() + durationMs;
  let sent = 0;
  return new Promise((resolve) => {
    const burst = (): void => {
      if (Date.now() >= endMs) return void socket.close(() => resolve(sent));
      for (let count = 0; count < 10; count++) socket.send('x', port, host);
      sent += 10;
      setImmediate(burst);
    };
    burst();
  });
}

async function answer(request: PeerRequest): Promise<boolean | number> {
  if (request.op === 'listen') return listen(request.target);
  if (request.op === 'flood') return flood(request.target, request.timeoutMs);
  if (request.op === 'echo') return (await held.get(request.connection)?.(request.timeoutMs)) ?? false;
  const echo = await open(request.target, request.timeoutMs);
  if (echo !== undefined && request.op === 'hold') held.set(request.id, echo);
  return echo !== undefined && (await echo(request.timeoutMs));
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as PeerRequest;
  const reply = (result: unknown): void => void process.stdout.write(`${JSON.stringify({ id: request.id, result })}\n`);
  answer(request).then(reply, (error: unknown) => reply(String(error)));
}
process.exit(0);
