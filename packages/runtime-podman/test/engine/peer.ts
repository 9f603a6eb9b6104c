import { createSocket } from 'node:dgram';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import axios from 'axios';

const ANSWER_WITHIN_MS = 1_000;

/** An address to talk to. */
export interface PeerAddress {
  readonly address: string;
  readonly port: number;
}

/** What an HTTP server there says, when it says something with a good status. */
export async function fetchText(peer: PeerAddress, path: string): Promise<string | undefined> {
  const url = `http://${peer.address}:${peer.port}${path}`;
  const options = { timeout: ANSWER_WITHIN_MS, responseType: 'text', proxy: false, transformResponse: String } as const;
  return axios.get<string>(url, options).then(
    ({ data }) => data,
    () => undefined,
  );
}

/** Sends a datagram there; resolves when it is on its way. */
export async function sendDatagram(peer: PeerAddress): Promise<void> {
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.send('ping', peer.port, peer.address, (error) => (error === null ? resolve() : reject(error)));
    });
  } finally {
    socket.close();
  }
}

const UNTIL_TOLD = `process.stdin.resume().on('end', () => process.exit())`;
const LISTEN_TCP = `require('node:net').createServer().listen(Number(process.argv[1]), '0.0.0.0', () => console.log('ready'))`;
const LISTEN_UDP = `require('node:dgram').createSocket('udp4').bind(Number(process.argv[1]), '0.0.0.0', () => console.log('ready'))`;

/** Programs that listen beside podman, until they are told to end, or this process does. */
export interface Listeners {
  /** Listens on a port. The result ends that. */
  occupy(port: number, protocol: 'tcp' | 'udp'): Promise<() => Promise<void>>;
  /** Ends all. */
  release(): Promise<void>;
}

/**
 * Creates a set of listeners in the network that a command line beginning with `enterNetwork` enters. It cannot be podman's
 * own process that is entered: its main thread is left behind in a pod's network now and then (podman 5.4).
 */
export function createListeners(enterNetwork: readonly string[]): Listeners {
  const open = new Set<() => Promise<void>>();
  return {
    async occupy(port, protocol) {
      const script = `${UNTIL_TOLD}; ${protocol === 'tcp' ? LISTEN_TCP : LISTEN_UDP}`;
      const [file, ...words] = [...enterNetwork, process.execPath, '-e', script, String(port)];
      const child = spawn(file, words, { stdio: ['pipe', 'pipe', 'ignore'] });
      const exited = once(child, 'exit');
      const end = async (): Promise<void> => {
        open.delete(end);
        child.stdin.end();
        await exited;
      };
      open.add(end);
      const ready = await Promise.race([once(child.stdout, 'data').then(() => true), exited.then(() => false)]);
      if (!ready) throw new Error(`port ${port}/${protocol} could not be occupied`);
      return end;
    },
    async release() {
      await Promise.all([...open].map((end) => end()));
    },
  };
}
