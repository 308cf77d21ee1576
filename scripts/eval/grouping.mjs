import { createRequire } from 'node:module';

import { agreement, percent } from './measures.mjs';

const { stem } = createRequire(import.meta.url)('natural/lib/natural/stemmers/porter_stemmer.js');

/** How well statements of one complaint come together, keep their identity and get a name. */
export async function measureGrouping({ load, store, note, set }) {
  const { regroup, assign } = await load('painpoints/grouping/index');

  const itemsOf = (rows) => groupItems(store, rows);

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
  }
}

/** Rows of a set as the grouping takes them, each its own customer. */
export async function groupItems(store, rows) {
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
}

const settled = (items, { assignments }) =>
  items.map((item) => ({ ...item, currentId: assignments.get(item.id) ?? null }));

export const centresOf = ({ groups }) =>
  groups.map(({ key, terms, size, vector }) => ({ id: key, terms, size, vector, pinned: false }));
