import { describe, expect, test } from 'vitest';
import { K4eError } from '../../foundation/index.ts';
import { configuration, createRig, unreachable } from './link-rig.testing.ts';
import { HOLD_SECONDS, MIN_LOOK_SPACING_MS, UNKNOWN_DEVICE_INTERVAL_MS } from './poll-timing.ts';

describe('a control plane that holds polls', () => {
  test('is told what the device has, and asked again when it has answered', async () => {
    const rig = createRig();
    rig.holds = true;
    rig.answers.data = configuration('1');
    void rig.takeAll();
    await rig.clock.advance(MIN_LOOK_SPACING_MS);
    const waitSeconds = HOLD_SECONDS;
    expect(rig.wishes.data).toEqual([
      { tag: undefined, waitSeconds },
      { tag: 'd1', waitSeconds },
    ]);
    expect(rig.wishes.control).toEqual([
      { tag: undefined, waitSeconds },
      { tag: 'idle', waitSeconds },
    ]);
    await rig.clock.advance(7_000);
    rig.answers.data = configuration('2');
    rig.tags.data = 'd2';
    rig.release();
    await rig.clock.advance(0);
    expect(rig.taken.map(({ message }) => message)).toEqual([configuration('1'), configuration('2')]);
    expect(rig.looks.data).toEqual([0, MIN_LOOK_SPACING_MS, MIN_LOOK_SPACING_MS + 7_000]);
    expect(rig.wishes.data.at(-1)).toEqual({ tag: 'd2', waitSeconds });
  });

  test('whose answers say nothing new is asked again at once, too', async () => {
    const rig = createRig();
    rig.holds = true;
    void rig.takeAll();
    await rig.clock.advance(MIN_LOOK_SPACING_MS + 20_000);
    rig.release();
    await rig.clock.advance(0);
    expect(rig.looks.data).toEqual([0, MIN_LOOK_SPACING_MS, MIN_LOOK_SPACING_MS + 20_000]);
    expect(rig.taken).toEqual([]);
  });

  test('in name only is looked at by the interval', async () => {
    const rig = createRig();
    rig.holds = true;
    rig.isPatient = false;
    void rig.takeAll();
    await rig.clock.advance(MIN_LOOK_SPACING_MS + 30_000);
    expect(rig.looks.data).toEqual([0, 250, 10_250, 20_250, 30_250]);
  });

  test('does not any more: the interval counts again', async () => {
    const rig = createRig();
    rig.holds = true;
    void rig.takeAll();
    await rig.clock.advance(5_000);
    rig.holds = false;
    rig.release();
    await rig.clock.advance(20_000);
    expect(rig.looks.data).toEqual([0, 250, 10_250, 20_250]);
    expect(rig.wishes.data.at(-1)).toEqual({ tag: undefined, waitSeconds: HOLD_SECONDS });
  });

  test('is asked with the same tag after an outage, and with none by a device that it does not know', async () => {
    const rig = createRig();
    rig.holds = true;
    void rig.takeAll();
    await rig.clock.advance(5_000);
    rig.answers.data = unreachable();
    rig.release();
    await rig.clock.advance(0);
    await rig.clock.advance(1_000);
    expect(rig.wishes.data.at(-1)).toEqual({ tag: 'd1', waitSeconds: 0 });
    rig.answers.data = new K4eError('LINK_UNKNOWN_DEVICE');
    rig.release();
    await rig.clock.advance(2_000 + UNKNOWN_DEVICE_INTERVAL_MS);
    expect(rig.wishes.data.at(-1)).toMatchObject({ tag: undefined });
  });

  test('holds again at once after a device that it did not know has registered', async () => {
    const rig = createRig();
    rig.holds = true;
    rig.answers.data = new K4eError('LINK_UNKNOWN_DEVICE');
    void rig.takeAll();
    await rig.clock.advance(1_000);
    rig.answers.data = configuration('1');
    rig.link.refresh();
    await rig.clock.advance(MIN_LOOK_SPACING_MS);
    expect(rig.wishes.data.slice(-2)).toEqual([
      { tag: undefined, waitSeconds: HOLD_SECONDS },
      { tag: 'd1', waitSeconds: HOLD_SECONDS },
    ]);
  });

  test('is not asked to hold the first poll after an outage: that it answers is news enough', async () => {
    const rig = createRig();
    rig.holds = true;
    void rig.takeAll();
    await rig.clock.advance(5_000);
    rig.answers.data = unreachable();
    rig.release();
    await rig.clock.advance(0);
    expect(rig.states.at(-1)).toMatchObject({ state: 'waiting' });
    rig.answers.data = undefined;
    const looks = rig.looks.data.length;
    await rig.clock.advance(5_000);
    expect(rig.states.at(-1)).toEqual({ state: 'connected' });
    expect(rig.wishes.data.slice(looks).map(({ waitSeconds }) => waitSeconds)).toEqual([0, HOLD_SECONDS]);
  });

  test('is asked afresh on refresh, in the place of the poll that it holds', async () => {
    const rig = createRig();
    rig.holds = true;
    rig.answers.data = configuration('1');
    void rig.takeAll();
    await rig.clock.advance(5_000);
    rig.link.refresh();
    await rig.clock.advance(0);
    expect(rig.wishes.data.map(({ tag }) => tag)).toEqual([undefined, 'd1', undefined]);
    expect(rig.taken).toHaveLength(2);
    expect(rig.looks.control).toHaveLength(2);
    expect(rig.states).toEqual([{ state: 'connected' }]);
  });

  test('is left at once when the link ends', async () => {
    const rig = createRig();
    rig.holds = true;
    const all = rig.takeAll();
    await rig.clock.advance(5_000);
    rig.stop.abort();
    await all;
    expect(rig.looks.data).toHaveLength(2);
  });
});
