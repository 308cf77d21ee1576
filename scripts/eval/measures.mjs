/** Measures of agreement; all in per cent with one decimal. */
export const percent = (share) => Math.round(share * 1000) / 10;

export const accuracy = (gold, predicted) =>
  percent(gold.filter((label, i) => label === predicted[i]).length / gold.length);

export function macroF1(gold, predicted, classes = ['negative', 'neutral', 'positive']) {
  const f1 = classes.map((c) => {
    let hit = 0;
    let claimed = 0;
    let there = 0;
    gold.forEach((label, i) => {
      if (label === c) there++;
      if (predicted[i] === c) claimed++;
      if (label === c && predicted[i] === c) hit++;
    });
    return claimed + there > 0 ? (2 * hit) / (claimed + there) : 0;
  });
  return percent(f1.reduce((sum, x) => sum + x, 0) / classes.length);
}

/** V-measure and adjusted Rand index; a row that is in no group must come with a cluster of its own. */
export function agreement(gold, clusters) {
  const n = gold.length;
  const count = (values) => values.reduce((map, v) => map.set(v, (map.get(v) ?? 0) + 1), new Map());
  const a = count(gold);
  const b = count(clusters);
  const both = count(gold.map((g, i) => `${g}\u0000${clusters[i]}`));
  const entropy = (map) => -[...map.values()].reduce((sum, v) => sum + (v / n) * Math.log(v / n), 0);
  const pairs = (map) => [...map.values()].reduce((sum, v) => sum + (v * (v - 1)) / 2, 0);
  const shared = entropy(a) + entropy(b) - entropy(both);
  const expected = (pairs(a) * pairs(b)) / ((n * (n - 1)) / 2);
  return {
    v: percent((2 * shared) / (entropy(a) + entropy(b))),
    ari: percent((pairs(both) - expected) / ((pairs(a) + pairs(b)) / 2 - expected)),
  };
}

/** Seconds of processor time that `work` takes in this process, all threads. */
export async function cpuSeconds(work) {
  const from = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(from);
  return Math.round((user + system) / 1e4) / 100;
}
