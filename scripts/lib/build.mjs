// From sources to dist/: the server by tsc, the web by vite, data files copied.
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { lastLines, root, run, step, StepError } from './run.mjs';

const dist = join(root, 'dist');
const stampFile = join(dist, '.hearback-build');
/** Everything that a build reads. */
const INPUTS = [
  'src',
  'migrations',
  'web',
  'scripts/create-roles.sql',
  'scripts/lib/build.mjs',
  'tsconfig.json',
  'tsconfig.build.json',
  'package-lock.json',
];
const NOT_INPUTS = new Set(['node_modules', 'dist', '.cache', '.DS_Store']);
const isTest = (file) => /\.(spec|e2e-spec)\.tsx?$/.test(file);

/** Builds only when a source changed since the last finished build; `prefix` ("[2/5] ") stands before what is printed. */
export async function ensureBuilt(prefix = '') {
  const wanted = sourcesHash();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return;
  await step(`${prefix}Building`, () => build(wanted));
}

/** @throws StepError with the compilers' messages */
export async function build(hash = sourcesHash()) {
  // tsc skips what its record says is up to date without looking whether the files are there: after an unfinished build it starts over.
  if (!existsSync(stampFile)) {
    rmSync(dist, { recursive: true, force: true });
    rmSync(join(root, '.cache/build.tsbuildinfo'), { force: true });
  }
  rmSync(stampFile, { force: true });
  const results = await Promise.all([buildServer(), buildWeb()]);
  const failed = results.filter((result) => result.code !== 0);
  if (failed.length > 0) {
    const messages = failed.map(
      (result) => `${lastLines(result.output, 60)}\n${result.name} ended with code ${result.code}.`,
    );
    throw new StepError(
      `${messages.join('\n\n')}\n\nThe build failed. Mend what is named above, then run the command again; an untouched checkout builds, so \`git status\` may show what is different.`,
    );
  }
  removeOrphans();
  copyData();
  writeFileSync(stampFile, hash);
}

async function buildServer() {
  const result = await run(process.execPath, [
    'node_modules/typescript/bin/tsc',
    '-p',
    'tsconfig.build.json',
    '--pretty',
    'false',
  ]);
  return { name: 'tsc', ...result };
}

async function buildWeb() {
  if (!['ts', 'js', 'mts', 'mjs'].some((ext) => existsSync(join(root, `web/vite.config.${ext}`))))
    return { name: 'vite', code: 0, output: '' };
  const args = [
    'node_modules/vite/bin/vite.js',
    'build',
    'web',
    '--outDir',
    join(dist, 'web'),
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ];
  const result = await run(process.execPath, args, { env: { ...process.env, NODE_ENV: 'production' } });
  return { name: 'vite build', ...result };
}

/** What a deleted or renamed source left in dist. */
function removeOrphans() {
  for (const tree of ['src', 'migrations']) {
    for (const file of walk(join(dist, tree))) {
      const source = join(root, relative(dist, file)).replace(/\.js(\.map)?$/, '');
      const compiled = /\.js(\.map)?$/.test(file) && ['.ts', '.tsx', '.js'].some((ext) => existsSync(source + ext));
      if (!compiled) rmSync(file);
    }
  }
}

/** Everything under src that is not TypeScript is read at run time, beside the code that reads it. */
function copyData() {
  const data = walk(join(root, 'src')).filter((file) => !/\.(ts|tsx|md)$/.test(file));
  for (const file of [...data, join(root, 'scripts/create-roles.sql')]) {
    const target = join(dist, relative(root, file));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(file, target);
  }
}

function sourcesHash() {
  const hash = createHash('sha256');
  for (const input of INPUTS) {
    const path = join(root, input);
    if (!existsSync(path)) continue;
    const files = statSync(path).isDirectory() ? walk(path).filter((file) => !isTest(file)) : [path];
    for (const file of files.sort())
      hash
        .update(`${relative(root, file).split(sep).join('/')}\0`)
        .update(createHash('sha256').update(readFileSync(file)).digest());
  }
  return hash.digest('hex');
}

function walk(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_INPUTS.has(entry.name)) return [];
    const path = join(directory, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}
