import { cpuSeconds } from './measures.mjs';

/** Processor seconds and memory, on one machine; nothing here depends on how busy it is. */
export async function measureSpeed({ load, store, note, set }) {
  const rows = set('airline');
  const banking = set('banking77');
  if (!rows || !banking) return;
  const { readComment } = await load('sentiment/engine/index');
  const { regroup } = await load('painpoints/grouping/index');
  const { regroupInThread, closeGroupingThread } = await load('painpoints/grouping/thread');
  for (const row of rows.slice(0, 300)) readComment(row.text, { locale: 'en' });
  const texts = Array.from({ length: 10_000 }, (_, i) => rows[i % rows.length].text);
  note(
    'CPU s to read 10,000 comments without vectors',
    10_000,
    await cpuSeconds(() => texts.forEach((text) => readComment(text))),
  );

  const sources = banking.concat(set('clinc150') ?? []);
  const vectors = await store.embed(sources.map((row) => row.text));
  const many = (n) =>
    Array.from({ length: n }, (_, i) => {
      const at = i % sources.length;
      const text =
        i < sources.length
          ? sources[at].text
          : `${sources[at].text} ${WORDS[Math.floor(i / sources.length) % WORDS.length]}`;
      return {
        id: `s${i}`,
        text,
        language: 'en',
        customerId: `c${i}`,
        currentId: null,
        pinnedTo: null,
        vector: vectors[at],
      };
    });
  const ten = many(10_000);
  note('CPU s to group 10,000 apart from embedding', 10_000, await cpuSeconds(() => regroup(ten, [])));
  const hundred = many(100_000);
  note('CPU s to group 100,000 apart from embedding', 100_000, await cpuSeconds(() => regroup(hundred, [])));

  // The longest gap between two beats of 5 ms while 2,500 statements are grouped on the thread; the best of five tries, because other
  // programs make gaps too.
  const some = many(2_500);
  let longest = Infinity;
  for (let attempt = 0; attempt < 5; attempt++) {
    let gap = 0;
    let before = performance.now();
    const beat = setInterval(() => {
      gap = Math.max(gap, performance.now() - before - 5);
      before = performance.now();
    }, 5);
    await regroupInThread(some, []);
    clearInterval(beat);
    longest = Math.min(longest, gap);
  }
  note('ms the event loop waits at most while 2,500 are grouped', 2_500, Math.round(longest));
  await closeGroupingThread();

  const fresh = sources.slice(0, 512).map((row) => `${row.text} please`);
  const seconds = await cpuSeconds(() => store.provider.embed(fresh));
  note('sentence vectors per CPU s', fresh.length, Math.round(fresh.length / seconds));
  note('MB of memory with all of this loaded', 1, Math.round(process.memoryUsage().rss / 2 ** 20));
}

/** Makes copies differ in a word, as customers' would. */
const WORDS = [
  'today',
  'again',
  'yesterday',
  'really',
  'sadly',
  'honestly',
  'twice',
  'online',
  'abroad',
  'lately',
  'monday',
  'week',
];
