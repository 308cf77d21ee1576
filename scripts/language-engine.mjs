/**
 * Shared by `npm run eval` and the training script: compiles the language engine alone into `.cache/language` (a second or two, so
 * that neither waits for a build of the whole application) and reads the evaluation sets.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Compiles the engine and the grouping; answers a loader of their modules by path below `src/`, without extension. */
export function compileEngine() {
  const out = path.join(root, '.cache/language');
  fs.rmSync(out, { recursive: true, force: true });
  const entries = [
    'src/sentiment/engine/index.ts',
    'src/sentiment/embedding/index.ts',
    'src/painpoints/grouping/index.ts',
    'src/painpoints/grouping/thread.ts',
    'src/painpoints/grouping/grouping.worker.ts',
    'src/painpoints/emerging.ts',
  ];
  const flags =
    '--ignoreConfig --module nodenext --moduleResolution nodenext --target es2023 --lib es2023 --strict --noUncheckedIndexedAccess --skipLibCheck --resolveJsonModule --types node';
  execFileSync(
    process.execPath,
    [
      path.join(root, 'node_modules/typescript/bin/tsc'),
      ...flags.split(' '),
      '--rootDir',
      root,
      '--outDir',
      out,
    ].concat(entries.map((entry) => path.join(root, entry))),
    { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  const worker = 'src/sentiment/embedding/embedding.worker.mjs';
  fs.copyFileSync(path.join(root, worker), path.join(out, worker));
  return (name) => import(pathToFileURL(path.join(out, 'src', `${name}.js`)).href);
}

/** Rows of one set, or null when the file is not there. */
export function readSet(folder, name) {
  const file = path.join(folder, `${name}.jsonl`);
  if (!fs.existsSync(file)) return null;
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/**
 * A function from texts to their sentence vectors (text → Float32Array), computed by the built-in provider and kept in `.cache/vectors`,
 * because the sets are 70,000 statements and half a processor hour. `spent` counts what was computed anew.
 */
export async function vectorStore(load) {
  const { builtInEmbeddings, vectorVersion } = await load('sentiment/embedding/index');
  const provider = builtInEmbeddings();
  const folder = path.join(root, '.cache/vectors');
  fs.mkdirSync(folder, { recursive: true });
  const file = path.join(folder, vectorVersion(provider));
  const known = new Map();
  if (fs.existsSync(`${file}.json`)) {
    const bytes = fs.readFileSync(`${file}.f32`);
    const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
    const texts = JSON.parse(fs.readFileSync(`${file}.json`, 'utf8'));
    for (const [n, text] of texts.entries())
      known.set(text, numbers.subarray(n * provider.dims, (n + 1) * provider.dims));
  }
  const spent = { texts: 0 };
  const embed = async (texts) => {
    const missing = [...new Set(texts)].filter((text) => !known.has(text)).sort((a, b) => a.length - b.length);
    for (let from = 0; from < missing.length; from += 512) {
      const some = missing.slice(from, from + 512);
      const found = await provider.embed(some);
      for (const [n, text] of some.entries()) known.set(text, found[n]);
    }
    if (missing.length > 0) {
      spent.texts += missing.length;
      const numbers = new Float32Array(known.size * provider.dims);
      for (const [n, vector] of [...known.values()].entries()) numbers.set(vector, n * provider.dims);
      fs.writeFileSync(`${file}.json`, JSON.stringify([...known.keys()]));
      fs.writeFileSync(`${file}.f32`, Buffer.from(numbers.buffer));
    }
    return texts.map((text) => known.get(text));
  };
  return { embed, provider, spent };
}

/** One row in five of a training set is kept out of training, chosen by its id; the evaluation measures on these only. */
export function heldOut(row) {
  let h = 2166136261;
  for (const c of `held-out ${row.id}`) h = Math.imul(h ^ c.charCodeAt(0), 16777619);
  return (h >>> 0) % 5 === 0;
}
