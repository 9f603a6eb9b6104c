import { expect, test } from 'vitest';
import { createPrometheusSink } from './prometheus-sink.ts';

test('counts into the text of a scrape', async () => {
  const { sink, text, contentType } = createPrometheusSink();
  const counter = sink.counter({ name: 'things_total', help: 'Things.', labelNames: ['kind'] });
  counter.add(1, { kind: 'a' });
  counter.add(2, { kind: 'a' });
  sink.gauge({ name: 'level', help: 'Level.' }).set(7);
  sink.histogram({ name: 'took_seconds', help: 'Took.', buckets: [0.1, 1] }).observe(0.5);
  const scraped = await text();
  expect(scraped).toContain('things_total{kind="a"} 3');
  expect(scraped).toContain('level 7');
  expect(scraped).toContain('took_seconds_bucket{le="0.1"} 0');
  expect(scraped).toContain('took_seconds_bucket{le="1"} 1');
  expect(contentType).toContain('text/plain');
});

test('declaring a name again gives the same metric', async () => {
  const { sink, text } = createPrometheusSink();
  sink.counter({ name: 'things_total', help: 'Things.' }).add(1);
  sink.counter({ name: 'things_total', help: 'Things.' }).add(1);
  expect(await text()).toContain('things_total 2');
});

test('a name cannot be two kinds of metric', () => {
  const { sink } = createPrometheusSink();
  sink.counter({ name: 'things', help: 'Things.' });
  expect(() => sink.gauge({ name: 'things', help: 'Things.' })).toThrow(/things/);
});

test('what Prometheus refuses is dropped', async () => {
  const { sink, text } = createPrometheusSink();
  const counter = sink.counter({ name: 'things_total', help: 'Things.' });
  counter.add(Number.NaN);
  counter.add(-1);
  counter.add(1, { undeclared: 'x' });
  counter.add(1);
  expect(await text()).toContain('things_total 1');
});

test('two sinks share nothing, and the process is counted when that is asked for', async () => {
  const one = createPrometheusSink({ processMetrics: true });
  const other = createPrometheusSink();
  one.sink.counter({ name: 'things_total', help: 'Things.' }).add(1);
  expect(await other.text()).not.toContain('things_total');
  expect(await one.text()).toContain('process_cpu_user_seconds_total');
});
