// `npm start`: installs what is missing, builds what changed, and becomes the application. Needs nothing but Node.
import './lib/node-version.mjs';
import { ensureBuilt } from './lib/build.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { endChildrenOnSignals, orExit, root } from './lib/run.mjs';

process.chdir(root);
const handOver = endChildrenOnSignals();
await orExit(async () => {
  await ensureInstalled('[1/5] ');
  await ensureBuilt('[2/5] ');
});
handOver();
// In this process, so that a signal reaches the application itself. It prints steps 3 to 5: database, migrations, demo data.
await import('../dist/src/main.js');
