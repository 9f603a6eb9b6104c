import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { startMosquitto } from '../../src/index.ts';
import type { Mosquitto } from '../../src/index.ts';
import { describeWithPart } from '../../src/vitest/index.ts';
import { expectNothingLeftAfterDeath } from './nothing-left.ts';

const SILENCE_MS = 300;
const DEADLINE_MS = 20_000;
/** A client that connects, and the answers of a broker to it (wire: MQTT 3.1.1). */
const CONNECT = Buffer.from('100d00044d5154540402000000016b', 'hex');
const [WELCOME, BAD_CREDENTIALS] = ['20020000', '20020005'];

await describeWithPart('mosquitto', 'Mosquitto', () => {
  let mosquitto: Mosquitto;
  beforeAll(async () => {
    mosquitto = await startMosquitto();
  });
  afterAll(() => mosquitto.stop());

  it('lets clients in', async () => {
    expect(await answerOf(mosquitto)).toBe(WELCOME);
    expect(await mosquitto.log()).toContain('New client connected');
  });

  it('refuses connections once it is killed, and is back at the same place after that', async () => {
    await mosquitto.kill();
    expect(await answerOf(mosquitto)).toBe('ECONNREFUSED');
    await mosquitto.restart();
    expect(await answerOf(mosquitto)).toBe(WELCOME);
  });

  it('takes connections and is silent while it is paused', async () => {
    mosquitto.pause();
    expect(await answerOf(mosquitto, SILENCE_MS)).toBe('silence');
    mosquitto.resume();
    expect(await answerOf(mosquitto)).toBe(WELCOME);
  });

  it('knows its users', async () => {
    const guarded = await startMosquitto({ users: { device: 'a password' } });
    try {
      expect(await answerOf(guarded)).toBe(BAD_CREDENTIALS);
    } finally {
      await guarded.stop();
    }
  });

  it('leaves nothing when its process is killed', () => expectNothingLeftAfterDeath('mosquitto'));
});

/** What a broker says to a client without a name and a password, in hexadecimal digits. */
function answerOf({ port }: Mosquitto, deadlineMs = DEADLINE_MS): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const end = (answer: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => end(data.toString('hex')));
    socket.once('error', (error) => end('code' in error ? String(error.code) : error.message));
    socket.setTimeout(deadlineMs, () => end('silence'));
    socket.write(CONNECT);
  });
}
