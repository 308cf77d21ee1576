// `npm run build`: always builds; dist/ then holds all that a run needs besides node_modules.
import './lib/node-version.mjs';
import { build } from './lib/build.mjs';
import { endChildrenOnSignals, orExit, step } from './lib/run.mjs';

endChildrenOnSignals();
await orExit(() => step('Building', () => build()));
