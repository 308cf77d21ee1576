import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** Left to right: a module may import what stands left of it. */
const ORDER = [
  'platform',
  'identity',
  'customers',
  'journeys',
  'surveys',
  'distribution',
  'responses',
  'sentiment',
  'painpoints',
  'actions',
  'insights',
  'webhooks',
  'stream',
  'demo',
];
/** What others may import of a module: its service, its contract, its messages, its module file, and pure rules that are named here. */
const DOOR = /\.(service|contract|messages|module|entity)\.js$/;
const OPEN_RULES = new Set([
  'responses/nps.js',
  'responses/change.js',
  'responses/detectable.js',
  'surveys/logic.js',
  'surveys/recall.js',
  'surveys/wording.js',
  'identity/brand.js',
  'sentiment/engine/index.js',
  'sentiment/embedding/index.js',
  'sentiment/understanding/index.js',
  'painpoints/impact.js',
]);

function files(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? files(join(dir, entry.name)) : /\.tsx?$/.test(entry.name) ? [join(dir, entry.name)] : [],
  );
}

interface Import {
  file: string;
  from: string;
  to: string;
  target: string;
}

const imports: Import[] = files(SRC).flatMap((file) => {
  const own = relative(SRC, file).split(sep);
  if (own.length < 2) return [];
  return [...readFileSync(file, 'utf8').matchAll(/from '(\.{1,2}\/[^']+)'/g)].flatMap(([, path]) => {
    const target = relative(SRC, join(file, '..', path ?? ''))
      .split(sep)
      .join('/');
    const to = target.includes('/') ? (target.split('/')[0] ?? '') : '';
    return to === own[0] || to === '' || to === '..' ? [] : [{ file: own.join('/'), from: own[0] ?? '', to, target }];
  });
});

describe('the house', () => {
  it('has only rooms that stand in the order', () => {
    const rooms = readdirSync(SRC, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(rooms.filter((room) => !ORDER.includes(room))).toEqual([]);
  });

  it('lets no module import from its right', () => {
    expect(
      imports
        .filter((one) => ORDER.indexOf(one.to) > ORDER.indexOf(one.from))
        .map((one) => `${one.file} imports ${one.target}`),
    ).toEqual([]);
  });

  it('lets modules in by their doors only', () => {
    const windows = imports.filter(
      (one) => one.to !== 'platform' && one.from !== 'demo' && !DOOR.test(one.target) && !OPEN_RULES.has(one.target),
    );
    expect(windows.map((one) => `${one.file} imports ${one.target}`)).toEqual([]);
  });

  it('keeps entities inside their module', () => {
    expect(
      imports
        .filter((one) => one.from !== 'demo' && one.target.endsWith('.entity.js'))
        .map((one) => `${one.file} imports ${one.target}`),
    ).toEqual([]);
  });
});
