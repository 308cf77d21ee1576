import fc from 'fast-check';
import { type KioskAnswer, Queue } from '../web/kiosk/queue.js';

const shelf = () => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
};
const answer = (n: number): KioskAnswer => ({
  id: `a${n}`,
  at: '2026-01-01T00:00:00Z',
  version: 1,
  locale: 'en',
  score: n % 11,
});

describe('the queue of a kiosk', () => {
  it('loses no answer and stores none twice, whatever fails and whenever the page is loaded anew', async () => {
    // What happens, in any order: somebody answers, walks away, the page loads anew, sending works, fails, or works without our hearing it.
    const step = fc.constantFrom('answer', 'begin', 'reload', 'send', 'fail', 'unheard', 'partly');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const kept = shelf();
        const server = new Map<string, number>();
        const given: string[] = [];
        let queue = new Queue(kept, 'k');
        const store = (answers: KioskAnswer[]) => {
          for (const { id, score } of answers) server.set(id, score);
          return { stored: answers.map(({ id }) => id), refused: [] };
        };
        for (const [n, what] of steps.entries()) {
          if (what === 'answer' || what === 'begin') {
            queue.finish();
            queue.begin(answer(n));
            given.push(`a${n}`);
            if (what === 'answer') queue.finish();
          } else if (what === 'reload') queue = new Queue(kept, 'k');
          else if (what === 'send') await queue.flush(async (answers) => store(answers));
          else if (what === 'fail') await queue.flush(async () => null);
          else if (what === 'partly')
            await queue.flush(async (answers) => (server.size % 2 ? store(answers.slice(0, 1)) : null));
          else
            await queue.flush(async (answers) => {
              store(answers);
              return null;
            });
        }
        queue.finish();
        expect(await queue.flush(async (answers) => store(answers))).toBe(true);
        expect(queue.size).toBe(0);
        expect([...server.keys()].sort()).toEqual(given.sort());
      }),
    );
  });

  it('puts aside what the server refuses, and goes on with the rest', async () => {
    const kept = shelf();
    const queue = new Queue(kept, 'k');
    for (let n = 0; n < 120; n += 1) {
      queue.begin(answer(n));
      queue.finish();
    }
    const sizes: number[] = [];
    const done = await queue.flush(async (answers) => {
      sizes.push(answers.length);
      return { stored: answers.slice(1).map(({ id }) => id), refused: [{ id: answers[0]?.id ?? '', message: 'no' }] };
    });
    expect([done, queue.size, sizes]).toEqual([true, 0, [50, 50, 20]]);
    expect(JSON.parse(kept.getItem('k:waiting:refused') ?? '')).toHaveLength(3);
  });

  it('starts with nothing where the shelf holds nonsense, and never asks twice for the same', async () => {
    const kept = shelf();
    kept.setItem('k:waiting', '{"a":');
    const queue = new Queue(kept, 'k');
    expect(queue.size).toBe(0);
    queue.begin(answer(1));
    queue.finish();
    let asked = 0;
    expect(
      await queue.flush(async () => {
        asked += 1;
        return { stored: ['another'], refused: [] };
      }),
    ).toBe(false);
    expect([asked, queue.size]).toEqual([1, 1]);
  });
});
