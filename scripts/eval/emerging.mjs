import { centresOf, groupItems } from './grouping.mjs';

/**
 * A new issue of two to four statements a day among 45 others, twenty times, after 35 quiet days: found when a rate test of the product
 * raises a group in which most of the last days' statements are the issue's, within five days. False alarms: other groups raised, per 30 days.
 */
export async function measureEmerging({ load, store, note, set }) {
  const rows = set('banking77');
  if (!rows) return;
  const { regroup, assign } = await load('painpoints/grouping/index');
  const { risingByDay } = await load('painpoints/emerging');
  const items = await groupItems(store, rows);
  const random = mulberry(11);
  const labels = [...new Set(rows.map((row) => row.label))].sort((a, b) => a.localeCompare(b));
  const of = new Map(labels.map((name) => [name, items.filter((_, i) => rows[i].label === name)]));
  let found = 0;
  let alarms = 0;
  let days = 0;
  const RUNS = 20;
  for (let run = 0; run < RUNS; run++) {
    const issue = labels[(run * 7 + 3) % labels.length];
    const others = labels.filter((name) => name !== issue && (labels.indexOf(name) + run) % 2 === 0);
    const arrivals = [];
    let turn = 0;
    for (let day = 0; day < 42; day++) {
      for (let k = 0; k < 45; k++) {
        const own = of.get(others[Math.floor(random() ** 1.5 * others.length)]);
        arrivals.push({ day, isIssue: false, item: own[Math.floor(random() * own.length)] });
      }
      if (day >= 35)
        for (let k = 0; k < 2 + Math.floor(random() * 3); k++) {
          const own = of.get(issue);
          arrivals.push({ day, isIssue: true, item: own[turn++ % own.length] });
        }
    }
    const all = arrivals.map((arrival, i) => ({
      ...arrival,
      item: { ...arrival.item, id: `r${i}`, customerId: `c${i}` },
    }));
    const past = all.filter(({ day }) => day < 35);
    let state = regroup(
      past.map(({ item }) => item),
      [],
    );
    const place = new Map(state.assignments);
    const born = new Map(state.groups.map(({ key }) => [key, 0]));
    let hit = false;
    const quiet = new Map();
    let serial = 0;
    for (let day = 35; day < 42; day++) {
      const centres = centresOf(state);
      for (const { item } of all.filter((one) => one.day === day)) place.set(item.id, assign(item, centres));
      const now = all.filter((one) => one.day <= day);
      const raw = regroup(
        now.map(({ item }) => ({ ...item, currentId: place.get(item.id) ?? null })),
        centres,
      );
      // Ids as the product gives them: a new group's is its own for ever.
      const idOf = new Map(raw.groups.map(({ key, isNew }) => [key, isNew ? `g${run}-${++serial}` : key]));
      state = { ...raw, groups: raw.groups.map((group) => ({ ...group, key: idOf.get(group.key) })) };
      for (const [id, key] of raw.assignments) place.set(id, key ? idOf.get(key) : null);
      for (const { key } of state.groups) if (!born.has(key)) born.set(key, day);
      // As the product asks: all windows, from counts per day.
      const byDay = new Map();
      for (const { item, day: d } of now) {
        const id = place.get(item.id);
        if (id) byDay.set(`${id} ${day - d}`, (byDay.get(`${id} ${day - d}`) ?? 0) + 1);
      }
      const mentions = [...byDay].map(([id, count]) => ({
        key: id.split(' ')[0],
        daysAgo: Number(id.split(' ')[1]),
        count,
      }));
      const answers = Array.from({ length: day + 1 }, (_, d) => ({
        daysAgo: day - d,
        count: now.filter((one) => one.day === d).length,
      }));
      const raised = [...risingByDay(mentions, answers)].filter(([, one]) => one.emerging).map(([key]) => ({ key }));
      days++;
      for (const { key } of raised) {
        if ((quiet.get(key) ?? -99) > day - 7) continue;
        quiet.set(key, day);
        const recent = now.filter(({ item, day: d }) => place.get(item.id) === key && d > day - 7);
        if (recent.filter(({ isIssue }) => isIssue).length > recent.length / 2) {
          if (day < 40) hit = true;
        } else alarms++;
      }
    }
    if (hit) found++;
  }
  note('injected issues of 20 found within 5 days', RUNS, found);
  note('false alarms per 30 days', days, Math.round((alarms / days) * 300) / 10);
}

function mulberry(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
