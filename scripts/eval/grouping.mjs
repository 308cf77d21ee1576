import { createRequire } from 'node:module';

import { agreement, percent } from './measures.mjs';

const { stem } = createRequire(import.meta.url)('natural/lib/natural/stemmers/porter_stemmer.js');

/** How well statements of one complaint come together, keep their identity, get a name, and are noticed when they are new. */
export async function measureGrouping({ load, store, note, set }) {
  const { regroup, assign } = await load('painpoints/grouping/index');
  const { emerging } = await load('painpoints/emerging');

  const itemsOf = async (rows) => {
    const vectors = await store.embed(rows.map((row) => row.text));
    return rows.map((row, i) => ({
      id: row.id,
      text: row.text,
      language: 'en',
      customerId: row.id,
      currentId: null,
      pinnedTo: null,
      vector: vectors[i],
    }));
  };
  const settled = (items, { assignments }) =>
    items.map((item) => ({ ...item, currentId: assignments.get(item.id) ?? null }));
  const centresOf = ({ groups }) =>
    groups.map(({ key, terms, size, vector }) => ({ id: key, terms, size, vector, pinned: false }));

  async function groups(figure, rows, field = 'label') {
    if (!rows) return;
    const items = await itemsOf(rows);
    const from = process.cpuUsage();
    const { assignments, groups: found, themes } = regroup(items, []);
    const { user } = process.cpuUsage(from);
    const pooled = rows.filter((row) => !assignments.get(row.id)).length;
    process.stderr.write(
      `${figure}: ${found.length} groups in ${themes.length} themes (${new Set(rows.map((row) => row[field])).size} labels), ${percent(pooled / rows.length)} % in the pool, ${(user / 1e6).toFixed(1)} CPU s; ${found
        .slice(0, 8)
        .map((group) => `"${group.name}" [${group.keyphrases.slice(0, 3).join('; ')}]`)
        .join(', ')}\n`,
    );
    const gold = rows.map((row) => row[field]);
    const { v, ari } = agreement(
      gold,
      rows.map((row) => assignments.get(row.id) ?? row.id),
    );
    note(`${figure} V-measure`, rows.length, v);
    note(`${figure} ARI`, rows.length, ari);
    return { found, assignments };
  }

  function names(figure, rows, grouped) {
    if (!rows || !grouped) return;
    const words = (text) =>
      text
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u)
        .filter(Boolean)
        .map((word) => stem(word));
    const labels = new Map(grouped.found.map((group) => [group.key, new Map()]));
    for (const row of rows) {
      const counts = labels.get(grouped.assignments.get(row.id));
      counts?.set(row.label, (counts.get(row.label) ?? 0) + 1);
    }
    const hits = grouped.found.filter((group) => {
      const [top] = [...labels.get(group.key)].sort((a, b) => b[1] - a[1])[0] ?? [''];
      const wanted = new Set(words(top));
      return group.keyphrases.slice(0, 3).some((phrase) => words(phrase).some((word) => wanted.has(word)));
    });
    note(
      `${figure} label word in the top 3 of a name`,
      grouped.found.length,
      percent(hits.length / grouped.found.length),
    );
  }

  const banking = set('banking77');
  const clinc = set('clinc150')?.filter((row) => row.label !== 'oos');
  names('banking77', banking, await groups('banking77', banking));
  names('clinc150', clinc, await groups('clinc150', clinc));
  await groups('stackoverflow', set('stackoverflow'));
  await groups(
    'airline reasons',
    set('airline')?.filter((row) => row.reason && row.reason !== "Can't Tell"),
    'reason',
  );

  if (banking) {
    const items = await itemsOf(banking);
    for (const [figure, share] of [
      ['+10 %', 10 / 11],
      ['+43 %', 0.7],
    ]) {
      const isOld = (i) => (i * 7919) % 1000 < share * 1000;
      const old = items.filter((_, i) => isOld(i));
      const first = regroup(old, []);
      const before = new Map(settled(old, first).map((item) => [item.id, item.currentId]));
      const centres = centresOf(first);
      const fresh = items.filter((_, i) => !isOld(i));
      const joined = new Map(fresh.map((item) => [item.id, assign(item, centres)]));
      const again = regroup(
        items.map((item) => ({ ...item, currentId: before.get(item.id) ?? joined.get(item.id) ?? null })),
        centres,
      );
      const placed = old.filter((item) => before.get(item.id));
      const same = placed.filter((item) => again.assignments.get(item.id) === before.get(item.id)).length;
      note(`banking77 identity kept with ${figure} statements`, placed.length, percent(same / placed.length));
      if (figure !== '+43 %') continue;
      const label = new Map(banking.map((row) => [row.id, row.label]));
      const majority = new Map(
        first.groups.map(({ key }) => {
          const counts = new Map();
          for (const [id, at] of first.assignments)
            if (at === key) counts.set(label.get(id), (counts.get(label.get(id)) ?? 0) + 1);
          return [key, [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]];
        }),
      );
      const into = fresh.filter((item) => joined.get(item.id));
      note('banking77 new statements that join a group at once', fresh.length, percent(into.length / fresh.length));
      const right = into.filter((item) => majority.get(joined.get(item.id)) === label.get(item.id)).length;
      note('banking77 of these, into a group of their label', into.length, percent(right / into.length));
    }
    injected(banking, items);
  }

  /**
   * A new issue of two to four statements a day among 45 others, twenty times, after 35 quiet days: found when a rate test of the product
   * raises a group in which most of the last days' statements are the issue's, within five days. False alarms: other groups raised, per 30 days.
   */
  function injected(rows, items) {
    const random = mulberry(11);
    const labels = [...new Set(rows.map((row) => row.label))].sort();
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
        const counts = state.groups.map(({ key }) => {
          const inside = now.filter(({ item }) => place.get(item.id) === key);
          const week = (n) => inside.filter((one) => one.day > day - 7 * (n + 1) && one.day <= day - 7 * n).length;
          return { key, recent: week(0), baseline: [week(4), week(3), week(2), week(1)] };
        });
        const raised = emerging(counts, { recentExposure: 7, baselineExposure: 28, minRatio: 2.5 }).filter(
          (one) => one.emerging,
        );
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
