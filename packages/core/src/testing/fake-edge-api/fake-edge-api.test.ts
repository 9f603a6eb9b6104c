import { afterEach, beforeEach, expect, test } from 'vitest';
import { EdgeApiClient } from '../../protocol/index.ts';
import type { FakeEdgeApi } from './fake-edge-api.ts';
import { startFakeEdgeApi } from './fake-edge-api.ts';

let api: FakeEdgeApi;
beforeEach(async () => void (api = await startFakeEdgeApi({ holdsPolls: true })));
afterEach(() => api.stop());

test('a change of one channel wakes its held poll, and leaves those of the other held', async () => {
  const client = new EdgeApiClient({ url: api.url });
  const poll = async (channel: 'data' | 'control') => {
    const { tag } = await client.poll(channel, 'edge-1', { waitSeconds: 10 });
    return client.poll(channel, 'edge-1', { tag, waitSeconds: 10 });
  };
  const polls = { control: poll('control'), data: poll('data') };
  await expect.poll(() => api.requests().length).toBe(4);
  api.setConfiguration({ type: 'data', content: 1 });
  expect((await polls.data).message).toMatchObject({ content: 1 });
  api.queueCommand({ type: 'command', message_id: 'c1', content: { command: 'ping' } });
  expect((await polls.control).message).toMatchObject({ message_id: 'c1' });
});
