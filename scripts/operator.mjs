// `npm run tenant -- create --organization Acme --name "Ana Ruiz" --email ana@example.org` and `npm run user -- reset ana@example.org`,
// for operators: they use the same settings as the application, which may be running (but not on the embedded database).
import './lib/node-version.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { endChildrenOnSignals, orExit, root } from './lib/run.mjs';

process.chdir(root);
const handOver = endChildrenOnSignals();
await orExit(async () => {
  await ensureInstalled();
  await ensureBuilt();
});
handOver();
const { operate } = await import('../dist/src/operator.js');
await operate(process.argv.slice(2));
