import type { ErrorCode } from '@k4e/core';
import { K4eError, errorCode } from '@k4e/core';
import { MAX_STATE_DOCUMENT_BYTES } from '@k4e/core/ports';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { StateStoreSubject } from './state-store-subject.ts';

/** What the suite is run over. */
export interface StateStoreContractOptions {
  /** Called before each test. */
  createSubject(): Promise<StateStoreSubject>;
  /** The ways of damaging a document that the subject knows, at least one. */
  readonly damages: readonly string[];
}

type Current = () => StateStoreSubject;

/** The contract of `StateStore`, row by row, as a vitest suite. */
export function describeStateStoreContract(name: string, options: StateStoreContractOptions): void {
  describe(`${name} keeps the contract of StateStore`, () => {
    let subject: StateStoreSubject;
    beforeEach(async () => {
      subject = await options.createSubject();
    });
    afterEach(() => subject.dispose());

    const current: Current = () => subject;
    describeDocuments(current);
    describeNamesAndSizes(current);
    describeOrder(current);
    describeDamage(current, options.damages);
    describeFailingWrites(current);
    describeAborting(current);
  });
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined ? undefined : new TextDecoder().decode(bytes);

async function codeOf(call: Promise<unknown>): Promise<ErrorCode | undefined> {
  return call.then(
    () => undefined,
    (error: unknown) => errorCode(error),
  );
}

function describeDocuments(subject: Current): void {
  test('a document never written reads as undefined', async () => {
    expect(await subject().store.read('config')).toBeUndefined();
  });

  test.each([
    ['no bytes at all', new Uint8Array(0)],
    ['every byte', Uint8Array.from({ length: 256 }, (_, index) => index)],
    ['line ends and text that looks like a header', bytesOf('\n\r\n\0k4e\n')],
    ['the largest size', new Uint8Array(MAX_STATE_DOCUMENT_BYTES).fill(7)],
  ])('reads what was written: %s', async (_what, bytes) => {
    await subject().store.write('config', bytes);
    const read = await subject().store.read('config');
    expect(Buffer.compare(Buffer.from(read ?? []), Buffer.from(bytes))).toBe(0);
  });

  test('the last write wins, whether it is longer or shorter', async () => {
    for (const text of ['short', 'quite a bit longer', 's']) {
      await subject().store.write('config', bytesOf(text));
      expect(textOf(await subject().store.read('config'))).toBe(text);
    }
  });

  test('documents are there after a restart, and those removed are not', async () => {
    await subject().store.write('kept', bytesOf('kept'));
    await subject().store.write('removed', bytesOf('removed'));
    await subject().store.remove('removed');
    const store = subject().reopen();
    expect(textOf(await store.read('kept'))).toBe('kept');
    expect(await store.read('removed')).toBeUndefined();
  });

  test('documents do not touch each other', async () => {
    await subject().store.write('a', bytesOf('a'));
    await subject().store.write('a-b', bytesOf('a-b'));
    await subject().store.remove('a');
    expect(textOf(await subject().store.read('a-b'))).toBe('a-b');
  });

  test('removing what is not there resolves, and what was removed can be written again', async () => {
    await subject().store.remove('config');
    await subject().store.write('config', bytesOf('1'));
    await subject().store.remove('config');
    await subject().store.remove('config');
    await subject().store.write('config', bytesOf('2'));
    expect(textOf(await subject().store.read('config'))).toBe('2');
  });

  test('bytes given may change after the call, bytes read belong to the caller', async () => {
    const given = Buffer.from('abc');
    const write = subject().store.write('config', given);
    given.fill(0);
    await write;
    (await subject().store.read('config'))?.fill(0);
    expect(textOf(await subject().store.read('config'))).toBe('abc');
  });
}

function describeNamesAndSizes(subject: Current): void {
  test.each(['', '.', '..', '../up', 'a/b', '/etc/passwd', 'UPPER', 'dot.ted', '-a', 'nul\0', 'x'.repeat(64)])(
    'the name %j is refused with INVALID_INPUT, by every call',
    async (name) => {
      const { store } = subject();
      expect(await codeOf(store.read(name))).toBe('INVALID_INPUT');
      expect(await codeOf(store.write(name, bytesOf('x')))).toBe('INVALID_INPUT');
      expect(await codeOf(store.remove(name))).toBe('INVALID_INPUT');
    },
  );

  test('a name of the longest length is fine', async () => {
    const name = 'x'.repeat(63);
    await subject().store.write(name, bytesOf('x'));
    expect(textOf(await subject().store.read(name))).toBe('x');
  });

  test('one byte more than the largest size is refused with TOO_LARGE, and the old bytes are intact', async () => {
    const { store } = subject();
    await store.write('config', bytesOf('old'));
    expect(await codeOf(store.write('config', new Uint8Array(MAX_STATE_DOCUMENT_BYTES + 1)))).toBe('TOO_LARGE');
    expect(textOf(await store.read('config'))).toBe('old');
  });
}

function describeOrder(subject: Current): void {
  test('calls for one document run in the order they were made', async () => {
    const { store } = subject();
    const reads: Promise<Uint8Array | undefined>[] = [];
    const calls: Promise<void>[] = [];
    for (let turn = 0; turn < 10; turn++) {
      calls.push(store.write('config', bytesOf(`${turn}`.repeat(10_000 - turn * 1_000))));
      reads.push(store.read('config'));
      if (turn === 4) calls.push(store.remove('config'));
      if (turn === 4) reads.push(store.read('config'));
    }
    await Promise.all(calls);
    const seen = (await Promise.all(reads)).map((bytes) => textOf(bytes)?.slice(0, 1));
    expect(seen).toEqual(['0', '1', '2', '3', '4', undefined, '5', '6', '7', '8', '9']);
  });
}

function describeDamage(subject: Current, damages: readonly string[]): void {
  test.each(damages)('a document that was damaged is told from a sound one: %s', async (way) => {
    const { store } = subject();
    await store.write('config', bytesOf('a document of some length'));
    await store.write('other', bytesOf('sound'));
    await subject().damage('config', way);
    const error = await subject()
      .reopen()
      .read('config')
      .catch((cause: unknown) => cause);
    expect(errorCode(error)).toBe('STATE_CORRUPT');
    expect(error instanceof K4eError && error.subject).toBe('config');
  });

  test.each(damages)('the damage of one stays its own, and ends with the next write: %s', async (way) => {
    const { store } = subject();
    await store.write('config', bytesOf('a document of some length'));
    await store.write('other', bytesOf('sound'));
    await subject().damage('config', way);
    const reopened = subject().reopen();
    expect(await codeOf(reopened.read('config'))).toBe('STATE_CORRUPT');
    expect(await codeOf(reopened.read('config'))).toBe('STATE_CORRUPT');
    expect(textOf(await reopened.read('other'))).toBe('sound');
    await reopened.write('config', bytesOf('new'));
    expect(textOf(await reopened.read('config'))).toBe('new');
  });

  test.each(damages)('a damaged document can be removed: %s', async (way) => {
    await subject().store.write('config', bytesOf('a document of some length'));
    await subject().damage('config', way);
    const reopened = subject().reopen();
    await reopened.remove('config');
    expect(await reopened.read('config')).toBeUndefined();
  });
}

function describeFailingWrites(subject: Current): void {
  test('a write that fails rejects with STATE_UNWRITABLE, the old bytes are intact, and the next one can succeed', async () => {
    const { store } = subject();
    await store.write('config', bytesOf('old'));
    const repair = await subject().failWrites();
    expect(await codeOf(store.write('config', bytesOf('new')))).toBe('STATE_UNWRITABLE');
    expect(await codeOf(store.write('fresh', bytesOf('new')))).toBe('STATE_UNWRITABLE');
    await repair();
    expect(textOf(await store.read('config'))).toBe('old');
    expect(await store.read('fresh')).toBeUndefined();
    await store.write('config', bytesOf('newer'));
    expect(textOf(await subject().reopen().read('config'))).toBe('newer');
  });
}

function describeAborting(subject: Current): void {
  test('a call whose signal has fired rejects with ABORTED and does nothing', async () => {
    const { store } = subject();
    const signal = AbortSignal.abort();
    await store.write('config', bytesOf('old'));
    expect(await codeOf(store.read('config', { signal }))).toBe('ABORTED');
    expect(await codeOf(store.write('config', bytesOf('new'), { signal }))).toBe('ABORTED');
    expect(await codeOf(store.remove('config', { signal }))).toBe('ABORTED');
    expect(textOf(await store.read('config'))).toBe('old');
  });

  test('a call that waits for its turn is given up at once, and the others go on', async () => {
    const { store } = subject();
    const controller = new AbortController();
    const first = store.write('config', bytesOf('first'));
    const second = store.write('config', bytesOf('second'), { signal: controller.signal });
    controller.abort();
    expect(await codeOf(second)).toBe('ABORTED');
    await first;
    expect(textOf(await store.read('config'))).toBe('first');
  });
}
