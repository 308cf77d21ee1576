/**
 * Measures the language engine and prints a table: what it reaches, beside what it must reach and what we aim for.
 *   npm run eval [-- --check] [-- --only=reading,grouping,emerging,speed] [-- FOLDER]     FOLDER of evaluation sets, default ../shared/eval
 * `--check` exits 1 when a figure is below its floor in `scripts/eval-floors.json`; `--only` measures some parts. Without the
 * sets it says so and exits 0. Figures are in per cent unless their name says otherwise; "natural" is SentimentAnalyzer with its list for the
 * language and no rules of ours. The first run computes sentence vectors for ten minutes and keeps them in `.cache/vectors`.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

import { measureEmerging } from './eval/emerging.mjs';
import { measureGrouping } from './eval/grouping.mjs';
import { measureReading } from './eval/reading.mjs';
import { measureSpeed } from './eval/speed.mjs';
import { compileEngine, readSet, root, vectorStore } from './language-engine.mjs';

const args = process.argv.slice(2);
const folder = path.resolve(args.find((arg) => !arg.startsWith('--')) ?? path.join(root, '../shared/eval'));
if (!fs.existsSync(folder)) {
  process.stdout.write(`eval: skipped, the evaluation sets are not in ${path.relative(process.cwd(), folder)}\n`);
  process.exit(0);
}

const load = compileEngine();
const store = await vectorStore(load);
const require = createRequire(import.meta.url);
const { SentimentAnalyzer } = require('natural/lib/natural/sentiment/index.js');

const targets = JSON.parse(fs.readFileSync(path.join(root, 'scripts/eval-targets.json'), 'utf8'));
const figures = [];
/** @param natural what `natural` alone reaches, where it can do the task */
const note = (figure, n, value, natural = null) => figures.push({ figure, n, value, natural });

const tools = { load, store, note, set: (name) => readSet(folder, name), SentimentAnalyzer };
const parts = { reading: measureReading, grouping: measureGrouping, emerging: measureEmerging, speed: measureSpeed };
const only = args
  .find((arg) => arg.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');
for (const [part, measure] of Object.entries(parts)) if (!only || only.includes(part)) await measure(tools);
await store.provider.close();

const { engineVersionWithVectors } = await load('sentiment/engine/index');
const columns = [['figure', 'n', 'Hearback', 'natural', 'must', 'goal', '']];
for (const { figure, n, value, natural } of figures) {
  const { must, goal, less } = targets[figure] ?? {};
  const meets = (target) => target !== undefined && (less ? value <= target : value >= target);
  const verdict = must === undefined ? '' : meets(goal) ? 'goal reached' : meets(must) ? 'reached' : 'NOT REACHED';
  columns.push([figure, n, value, natural ?? '–', must ?? '–', goal ?? '–', verdict].map(String));
}
const widths = columns[0].map((_, c) => Math.max(...columns.map((row) => row[c].length)));
process.stdout.write(`\n${engineVersionWithVectors}\n`);
for (const row of columns) {
  const cells = row.map((cell, c) => (c === 0 || c === 6 ? cell.padEnd(widths[c]) : cell.padStart(widths[c])));
  process.stdout.write(`${cells.join('  ').trimEnd()}\n`);
}

if (args.includes('--check')) {
  const floors = JSON.parse(fs.readFileSync(path.join(root, 'scripts/eval-floors.json'), 'utf8'));
  const low = figures.filter(({ figure, value }) => {
    const floor = floors[figure];
    return floor !== undefined && (targets[figure]?.less ? value > floor : value < floor);
  });
  for (const { figure, value } of low)
    process.stderr.write(`worse than its floor: ${figure} is ${value}, floor ${floors[figure]}\n`);
  process.exit(low.length > 0 ? 1 : 0);
}
