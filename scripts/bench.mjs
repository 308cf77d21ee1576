// `npm run bench [name …]`: the benchmarks of bench/, one after another, each beside its floor in the same run.
import './lib/node-version.mjs';
import { readdirSync } from 'node:fs';
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { endChildrenOnSignals, orExit, root, run } from './lib/run.mjs';

process.chdir(root);
endChildrenOnSignals();
await orExit(async () => {
  await ensureInstalled();
  await ensureBuilt();
});
const helpers = new Set(['support', 'load', 'smtp-sink']);
const names = readdirSync('bench')
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.slice(0, -4))
  .filter((name) => !helpers.has(name));
const wanted = process.argv.slice(2);
for (const name of names.filter((one) => wanted.length === 0 || wanted.includes(one))) {
  const { code } = await run(process.execPath, [`bench/${name}.mjs`], { inherit: true });
  if (code !== 0) process.exitCode = 1;
}
