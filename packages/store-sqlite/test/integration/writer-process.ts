/** A process that writes for ever and says on standard output, line by line, what was acknowledged: `name value version`. */
import { CONFIG_MAP } from '@k4e/core/resources';
import { openStore } from './open-store.ts';

/** Writers that write at the same time; some commits hold the writes of several. */
const WRITERS = 4;

const [file = '', from = '0'] = process.argv.slice(2);
const store = openStore(file);

async function write(name: string): Promise<never> {
  for (let value = Number(from); ; value++) {
    const resource = { metadata: { namespace: 'n', name }, data: { value: String(value), padding: 'x'.repeat(2_000) } };
    const { metadata } = await store.apply(CONFIG_MAP, resource, { owner: 'writer' });
    process.stdout.write(`${name} ${value} ${metadata.resourceVersion ?? ''}\n`);
  }
}

await Promise.all(Array.from({ length: WRITERS }, (_, index) => write(`w${index}`)));
