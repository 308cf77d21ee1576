import { afterEach, describe, expect, it } from '@jest/globals';

import { Thread, ThreadUnavailable } from './thread.js';

/** Answers with what it was asked; "die" ends it, "wait" never answers, "fail" is an error of the work itself. */
const SCRIPT = `
import { parentPort } from 'node:worker_threads';
let count = 0;
parentPort.on('message', (asked) => {
  if (asked === 'die') process.exit(1);
  if (asked === 'fail') return parentPort.postMessage({ error: 'no' });
  if (asked === 'wait') return;
  parentPort.postMessage({ reply: asked + ' ' + ++count });
});`;
const script = new URL(`data:text/javascript,${encodeURIComponent(SCRIPT)}`);

describe('a worker thread', () => {
  const thread = new Thread<string, string>(script, { mostWaiting: 3, idleMs: 60_000, longestMs: 60_000 });
  afterEach(() => thread.close());

  it('answers the smaller requests first and says when too much waits', async () => {
    const big = thread.run('a', 3);
    const waiting = thread.run('b', 3);
    await expect(thread.run('c', 1)).rejects.toThrow(ThreadUnavailable);
    expect(await big).toBe('a 1');
    const [last, small] = await Promise.all([waiting, thread.run('d', 1)]);
    expect([last, small].sort()).toEqual(['b 2', 'd 3']);
  });

  it('starts again after it died, and gives up what kills it twice', async () => {
    expect(await thread.run('a')).toBe('a 1');
    const deadly = thread.run('die');
    const after = thread.run('b');
    await expect(deadly).rejects.toThrow(ThreadUnavailable);
    expect(await after).toBe('b 1');
  });

  it('passes on an error of the work and goes on', async () => {
    await expect(thread.run('fail')).rejects.toThrow('no');
    expect(await thread.run('a')).toBe('a 1');
  });

  it('refuses what is open when it is closed, and can be used again', async () => {
    const open = thread.run('wait');
    const closed = thread.close();
    await expect(open).rejects.toThrow('closed');
    await closed;
    expect(await thread.run('a')).toBe('a 1');
  });

  it('counts work without end as a death', async () => {
    const hasty = new Thread<string, string>(script, { mostWaiting: 3, idleMs: 60_000, longestMs: 100 });
    await expect(hasty.run('wait')).rejects.toThrow('the thread died');
    await hasty.close();
  });
});
