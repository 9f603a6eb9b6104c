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
  'lets it in and says no more',
] as const;

/** One of them; or one that shows only after the device has been connected for a moment. */
export type RelayFault = (typeof RELAY_FAULTS)[number] | 'is cut off in a message';

/** What a device meets instead of a broker. */
const IMPOSTORS: Partial<Record<RelayFault, (device: Socket) => void>> = {
  hangs: () => undefined,
  'hangs up at once': (device) => device.destroy(),
  'talks no MQTT': (device) => device.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  'refuses the device': (device) => device.end(generate({ cmd: 'connack', returnCode: 5, sessionPresent: false })),
  'lets it receive nothing': (device) => letIn(device, [128, 128]),
  'lets it in and says no more': (device) => letIn(device, undefined),
};

/** After how many bytes of the broker the connection breaks: in the first packet, or after the answer to a subscription. */
const CUTS: Partial<Record<RelayFault, number>> = { 'is cut off in a packet': 3, 'is cut off in a message': 40 };

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
    const [impostor, cutAtBytes] = fault === undefined ? [] : [IMPOSTORS[fault], CUTS[fault]];
    if (impostor !== undefined) return impostor(device);
    const broker = connect({ host: '127.0.0.1', port: brokerPort });
    keep(sockets, broker);
    if (cutAtBytes === undefined) join(device, broker, observed, () => fault === 'hangs');
    else cutOff(device, broker, cutAtBytes);
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

/** Passes on so many bytes of the broker. */
function cutOff(device: Socket, broker: Socket, cutAtBytes: number): void {
  let rest = cutAtBytes;
  broker.on('data', (data) => {
    if (rest > 0) device.write(data.subarray(0, rest));
    rest -= data.byteLength;
    if (rest <= 0) device.end();
  });
  device.pipe(broker);
}

/** Lets a device in, and grants it that when it subscribes. */
function letIn(device: Socket, granted: number[] | undefined): void {
  const reader = parser({ protocolVersion: 4 });
  reader.on('packet', (packet) => {
    if (packet.cmd === 'connect') device.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }));
    if (packet.cmd !== 'subscribe' || granted === undefined) return;
    device.write(generate({ cmd: 'suback', messageId: packet.messageId ?? 0, granted }));
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
