/**
 * Measures the language engine and prints a table.
 *   npm run eval [-- --check] [-- FOLDER]     FOLDER of evaluation sets, default ../shared/eval
 * `--check` exits 1 when a figure is below its floor in `scripts/eval-floors.json`. Without the sets it says so and exits 0.
 * Figures are in per cent; "natural alone" is SentimentAnalyzer with AFINN (or its best list for the language), no rules of ours.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { compileEngine, heldOut, readSet, root } from './language-engine.mjs';

const args = process.argv.slice(2);
const folder = path.resolve(args.find((arg) => !arg.startsWith('--')) ?? path.join(root, '../shared/eval'));
if (!fs.existsSync(folder)) {
  process.stdout.write(`eval: skipped, the evaluation sets are not in ${path.relative(process.cwd(), folder)}\n`);
  process.exit(0);
}

const load = compileEngine();
const { readComment, engineVersion } = await load('sentiment/engine/index');
const { regroup, assign } = await load('painpoints/grouping/index');
const require = createRequire(import.meta.url);
const { SentimentAnalyzer } = require('natural/lib/natural/sentiment/index.js');

const analyzers = {
  en: new SentimentAnalyzer('English', undefined, 'afinn'),
  de: new SentimentAnalyzer('German', undefined, 'pattern'),
  fr: new SentimentAnalyzer('French', undefined, 'pattern'),
  es: new SentimentAnalyzer('Spanish', undefined, 'senticon'),
};
const ours = (text, locale) => readComment(text, { locale }).score ?? 0;
const alone = (text, locale) => analyzers[locale].getSentiment(text.toLowerCase().match(/[\p{L}']+/gu) ?? []) || 0;

const figures = [];
const note = (figure, n, value, natural = null) => figures.push({ figure, n, value, natural });
const percent = (share) => Math.round(share * 1000) / 10;

function accuracy(gold, predicted) {
  return percent(gold.filter((label, i) => label === predicted[i]).length / gold.length);
}

function macroF1(gold, predicted) {
  const f1 = ['negative', 'neutral', 'positive'].map((c) => {
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
  return percent((f1[0] + f1[1] + f1[2]) / 3);
}

function twoClasses(figure, rows, labelOf = (row) => row.label) {
  const known = rows?.filter((row) => ['negative', 'positive'].includes(labelOf(row)));
  if (!known) return;
  const run = (score) =>
    accuracy(
      known.map(labelOf),
      known.map((row) => (score(row.text, 'en') > 0 ? 'positive' : 'negative')),
    );
  note(`${figure} accuracy`, known.length, run(ours), run(alone));
}

function threeClasses(figure, rows, locale) {
  if (!rows || rows.length === 0) return;
  const gold = rows.map((row) => row.label);
  const label = (score, cut) => (score > cut ? 'positive' : score < -cut ? 'negative' : 'neutral');
  const own = rows.map((row) => readComment(row.text, { locale }).label ?? 'neutral');
  const theirs = rows.map((row) => label(alone(row.text, locale), 0.02));
  note(`${figure} accuracy`, rows.length, accuracy(gold, own), accuracy(gold, theirs));
  note(`${figure} macro-F1`, rows.length, macroF1(gold, own), macroF1(gold, theirs));
}

/** V-measure and adjusted Rand index; a row that is in no group counts as a group of its own. */
function agreement(gold, clusters) {
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

const item = (row, currentId = null) => ({
  id: row.id,
  text: row.text,
  language: 'en',
  customerId: row.id,
  currentId,
  pinnedTo: null,
});

function groups(figure, rows, field) {
  if (!rows) return;
  const from = process.cpuUsage();
  const { assignments, groups: found } = regroup(
    rows.map((row) => item(row)),
    [],
  );
  const seconds = process.cpuUsage(from).user / 1e6;
  const { v, ari } = agreement(
    rows.map((row) => row[field]),
    rows.map((row) => assignments.get(row.id) ?? `pool ${row.id}`),
  );
  const placed = rows.filter((row) => assignments.get(row.id)).length;
  note(`${figure} V-measure`, rows.length, v);
  note(`${figure} ARI`, rows.length, ari);
  process.stdout.write(
    `${figure}: ${found.length} groups for ${new Set(rows.map((row) => row[field])).size} labels, ${percent(placed / rows.length)} % in a group, ${seconds.toFixed(1)} CPU s\n`,
  );
}

function stability(rows) {
  if (!rows) return;
  const old = rows.filter((_, i) => i % 10 < 7);
  const first = regroup(
    old.map((row) => item(row)),
    [],
  );
  const centres = first.groups.map(({ key, terms, size }) => ({ id: key, terms, size, pinned: false }));
  const again = regroup(
    rows.map((row) => item(row, first.assignments.get(row.id) ?? null)),
    centres,
  );
  const placed = old.filter((row) => first.assignments.get(row.id));
  const same = placed.filter((row) => again.assignments.get(row.id) === first.assignments.get(row.id)).length;
  note('banking77 identity kept with +43 % statements', placed.length, percent(same / placed.length));
  const fresh = rows.filter((_, i) => i % 10 >= 7);
  const joined = fresh.filter((row) => assign({ text: row.text, language: 'en' }, centres) !== null).length;
  note('banking77 new statements that join a group at once', fresh.length, percent(joined / fresh.length));
}

function throughput(rows) {
  if (!rows) return;
  const some = rows.slice(0, 4000);
  for (const row of some.slice(0, 300)) readComment(row.text);
  const from = process.cpuUsage();
  for (const row of some) readComment(row.text);
  note('comments read per CPU second', some.length, Math.round(some.length / (process.cpuUsage(from).user / 1e6)));
}

const set = (name) => readSet(folder, name);
twoClasses('uci', set('uci'));
twoClasses('product_reviews held-out', set('product_reviews')?.filter(heldOut));
twoClasses('pros_cons held-out', set('pros_cons')?.filter(heldOut));
twoClasses('sst2', set('sst2'));
twoClasses('skytrax', set('skytrax'));
twoClasses('nps promoter/detractor', set('nps_verbatims'), (row) =>
  row.group === 'promoter' ? 'positive' : row.group === 'detractor' ? 'negative' : null,
);
threeClasses('airline', set('airline'), 'en');
for (const lang of ['de', 'fr', 'es', 'en'])
  threeClasses(
    `xlmt ${lang}`,
    set('xlmt')?.filter((row) => row.lang === lang),
    lang,
  );
threeClasses('germeval', set('germeval'), 'de');
groups('banking77', set('banking77'), 'label');
groups(
  'clinc150',
  set('clinc150')?.filter((row) => row.label !== 'oos'),
  'label',
);
groups(
  'airline reasons',
  set('airline')?.filter((row) => row.reason && row.reason !== "Can't Tell"),
  'reason',
);
stability(set('banking77'));
throughput(set('airline'));

const width = Math.max(...figures.map(({ figure }) => figure.length));
process.stdout.write(`\n${engineVersion}\n${'figure'.padEnd(width)}      n  Hearback  natural alone\n`);
for (const { figure, n, value, natural } of figures)
  process.stdout.write(
    `${figure.padEnd(width)} ${String(n).padStart(6)} ${String(value).padStart(9)}  ${natural ?? '–'}\n`,
  );

if (args.includes('--check')) {
  const floors = JSON.parse(fs.readFileSync(path.join(root, 'scripts/eval-floors.json'), 'utf8'));
  const low = figures.filter(({ figure, value }) => floors[figure] !== undefined && value < floors[figure]);
  for (const { figure, value } of low)
    process.stderr.write(`below its floor: ${figure} is ${value}, floor ${floors[figure]}\n`);
  process.exit(low.length > 0 ? 1 : 0);
}
