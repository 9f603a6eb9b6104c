import { createServer, connect } from 'node:net';
import type { Server, Socket } from 'node:net';
import { generate, parser } from 'mqtt-packet';
import type { IPublishPacket, Packet } from 'mqtt-packet';

/** How the way to the broker can fail, as a device sees it. */
export const RELAY_FAULTS = [
  'is away',
  'hangs',
  'hangs up at once',
  'refuses the device',
  'talks no MQTT',
  'is cut off in a packet',
  'lets it receive nothing',
] as const;

/** One of them. */
export type RelayFault = (typeof RELAY_FAULTS)[number];

/** The way between one device and its broker, that sees every packet, and fails when it is told to. */
export interface Relay {
  readonly url: string;
  /** All that the device has sent. */
  packets(): readonly Packet[];
  /** What the device has published, whatever became of it. */
  published(): readonly IPublishPacket[];
  /** What of it the broker has acknowledged, in that order. */
  taken(): readonly IPublishPacket[];
  /** What the broker has published to the device and the device has acknowledged. */
  acknowledged(): readonly IPublishPacket[];
  /** Connections that the device has made. */
  connectionCount(): number;
  fail(fault: RelayFault | undefined): Promise<void>;
  stop(): Promise<void>;
}

interface Observed {
  readonly packets: Packet[];
  readonly taken: IPublishPacket[];
  readonly acknowledged: IPublishPacket[];
}

/** Starts a relay to the broker at `brokerPort` of 127.0.0.1. */
export async function startRelay(brokerPort: number): Promise<Relay> {
  const observed: Observed = { packets: [], taken: [], acknowledged: [] };
  const sockets = new Set<Socket>();
  let fault: RelayFault | undefined;
  let connections = 0;
  const server = createServer((device) => {
    connections++;
    keep(sockets, device);
    if (fault === 'hangs') return;
    if (fault === 'hangs up at once') return void device.destroy();
    if (fault === 'talks no MQTT') return void device.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    if (fault === 'refuses the device')
      return void device.end(generate({ cmd: 'connack', returnCode: 5, sessionPresent: false }));
    if (fault === 'lets it receive nothing') return refuseSubscriptions(device);
    const broker = connect({ host: '127.0.0.1', port: brokerPort });
    keep(sockets, broker);
    if (fault === 'is cut off in a packet') broker.once('data', (data) => device.end(data.subarray(0, 3)));
    else join(device, broker, observed, () => fault === 'hangs');
    if (fault === 'is cut off in a packet') device.pipe(broker);
  });
  const port = await listen(server, 0);
  return {
    url: `mqtt://127.0.0.1:${port}`,
    packets: () => observed.packets,
    published: () => observed.packets.filter((packet) => packet.cmd === 'publish'),
    taken: () => observed.taken,
    acknowledged: () => observed.acknowledged,
    connectionCount: () => connections,
    async fail(next) {
      const wasAway = fault === 'is away';
      fault = next;
      if (next !== 'hangs') for (const socket of sockets) socket.destroy();
      if (next === 'is away') await close(server);
      else if (wasAway) await listen(server, port);
    },
    async stop() {
      for (const socket of sockets) socket.destroy();
      await close(server);
    },
  };
}

/** Lets a device in, and gives it nothing. */
function refuseSubscriptions(device: Socket): void {
  const reader = parser({ protocolVersion: 4 });
  reader.on('packet', (packet) => {
    if (packet.cmd === 'connect') device.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }));
    if (packet.cmd !== 'subscribe') return;
    device.write(generate({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: [128, 128] }));
  });
  device.on('data', (data) => void reader.parse(data));
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on('error', () => undefined);
  socket.once('close', () => sockets.delete(socket));
}

/** Passes on what each side says, and notes what it means; nothing while `hangs()`. */
function join(device: Socket, broker: Socket, observed: Observed, hangs: () => boolean): void {
  const [toBroker, toDevice] = [new Map<unknown, IPublishPacket>(), new Map<unknown, IPublishPacket>()];
  const note = (own: Map<unknown, IPublishPacket>, others: Map<unknown, IPublishPacket>, done: IPublishPacket[]) => {
    return (packet: Packet): void => {
      if (packet.cmd === 'publish') own.set(packet.messageId, packet);
      const acknowledged = packet.cmd === 'puback' ? others.get(packet.messageId) : undefined;
      if (acknowledged !== undefined) done.push(acknowledged);
    };
  };
  const fromDevice = parser({ protocolVersion: 4 }).on('packet', note(toBroker, toDevice, observed.acknowledged));
  fromDevice.on('packet', (packet: Packet) => observed.packets.push(packet));
  const fromBroker = parser({ protocolVersion: 4 }).on('packet', note(toDevice, toBroker, observed.taken));
  const pass = (from: Socket, to: Socket, reader: typeof fromDevice): void => {
    from.on('data', (data) => {
      if (hangs()) return;
      reader.parse(data);
      if (!to.write(data)) from.pause();
    });
    to.on('drain', () => from.resume());
    from.once('end', () => to.end());
    from.once('close', () => to.destroy());
  };
  pass(device, broker, fromDevice);
  pass(broker, device, fromBroker);
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => void server.close(() => resolve()));
}
