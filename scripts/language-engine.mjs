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
  const entries = ['src/sentiment/engine/index.ts', 'src/painpoints/grouping/index.ts'];
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

/** One row in five of a training set is kept out of training, chosen by its id; the evaluation measures on these only. */
export function heldOut(row) {
  let h = 2166136261;
  for (const c of `held-out ${row.id}`) h = Math.imul(h ^ c.charCodeAt(0), 16777619);
  return (h >>> 0) % 5 === 0;
}
