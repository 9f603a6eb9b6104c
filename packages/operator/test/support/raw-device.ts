import { randomUUID } from 'node:crypto';
import { isRecord } from '@k4e/core';

/** What a device gets for a request. */
export interface DeviceAnswer {
  readonly status: number;
  readonly contentType: string | null;
  /** The body as it came; `message` is what it says, when there is any. */
  readonly text: string;
  readonly message: unknown;
}

/** A device that speaks HTTP as a k4e/yggdrasil device does, made from the facts of its protocol and from none of our schemas. */
export interface RawDevice {
  readonly id: string;
  poll(channel: 'data' | 'control'): Promise<DeviceAnswer>;
  send(channel: 'data' | 'control', message: Readonly<Record<string, unknown>>): Promise<DeviceAnswer>;
  register(hardware?: object): Promise<DeviceAnswer>;
  heartbeat(content: object): Promise<DeviceAnswer>;
  /** Fetches its configuration, takes it that all of it runs, and says so. Resolves with what it reported. */
  live(): Promise<Applied>;
}

/** What a device has applied. */
export interface Applied {
  readonly version: string;
  readonly workloads: readonly string[];
}

const API = '/api/k4e-management/v1';
/** Hours that the clocks of these devices are east of Greenwich. */
const OFFSET_HOURS = 2;

/** As the device's Go code writes a date: three digits of a second and the local offset. */
export function localDate(nowMs: number): string {
  return new Date(nowMs + OFFSET_HOURS * 3_600_000).toISOString().replace('Z', `+0${String(OFFSET_HOURS)}:00`);
}

/** As the client's Go code writes a date: nanoseconds. */
function clientDate(nowMs: number): string {
  return localDate(nowMs).replace(/\.(\d{3})/, '.$1123456');
}

/** Creates a device that knows where its edge API is, and nothing else. */
export function createRawDevice(edgeUrl: string, id: string = randomUUID()): RawDevice {
  const ask = async (channel: string, direction: string, init: RequestInit): Promise<DeviceAnswer> => {
    const headers = {
      'user-agent': 'yggd/0.2',
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const answer = await fetch(`${edgeUrl}${API}/${channel}/${id}/${direction}`, { ...init, headers });
    const text = await answer.text();
    const message: unknown = answer.status === 200 && text !== '' ? JSON.parse(text) : undefined;
    return { status: answer.status, contentType: answer.headers.get('content-type'), text, message };
  };
  const poll: RawDevice['poll'] = (channel) => ask(channel, 'in', { method: 'GET' });
  const send: RawDevice['send'] = (channel, message) => {
    const envelope = {
      type: 'data',
      message_id: randomUUID(),
      response_to: '',
      version: 1,
      sent: clientDate(Date.now()),
      directive: '',
      metadata: null,
      content: null,
      ...message,
    };
    return ask(channel, 'out', { method: 'POST', body: JSON.stringify(envelope) });
  };
  const heartbeat: RawDevice['heartbeat'] = (content) => send('data', { directive: 'heartbeat', content });
  return {
    id,
    poll,
    send,
    heartbeat,
    register: (hardware = { hostname: id }) =>
      send('data', { directive: 'registration', content: { os_image_id: 'unknown', hardware } }),
    async live() {
      const applied = appliedFrom(await poll('data'));
      const workloads = applied.workloads.map((name) => ({ name, status: 'Running' }));
      const { status } = await heartbeat({ status: 'up', time: localDate(Date.now()), ...applied, workloads });
      if (status !== 200) throw new Error(`the heartbeat was answered with ${String(status)}`);
      return applied;
    },
  };
}

function appliedFrom({ status, message }: DeviceAnswer): Applied {
  const content = isRecord(message) && isRecord(message.content) ? message.content : {};
  if (status !== 200 || typeof content.version !== 'string') throw new Error(`no configuration: ${String(status)}`);
  const workloads = Array.isArray(content.workloads) ? content.workloads : [];
  return {
    version: content.version,
    workloads: workloads.map((workload: unknown) => (isRecord(workload) ? String(workload.name) : '')),
  };
}
