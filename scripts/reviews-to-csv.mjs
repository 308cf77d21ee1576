// Makes a CSV for `POST /api/v1/responses/import` from answers in JSON Lines (fields text, touchpoint, date, and score or overall), and
// on request creates the touchpoints and imports it:
//
//   node scripts/reviews-to-csv.mjs FILE.jsonl > responses.csv
//   node scripts/reviews-to-csv.mjs FILE.jsonl --send http://localhost:3000 --key hbk.…
//
// Each answer gets a customer of its own (`<file>-<n>`), so that bad scores open cases. Ratings of 1–5 are doubled to reach the 0–10
// scale; an answer without a score or with a date before 2000 (unknown) is left out, and said so.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';

/** @returns {{ csv: string, touchpoints: { key: string, name: string }[], rows: number, leftOut: number }} */
export function toCsv(jsonl, source) {
  const answers = jsonl
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const scoreOf = (answer) => answer.score ?? answer.overall ?? null;
  const highest = new Map();
  for (const answer of answers)
    highest.set(answer.touchpoint, Math.max(highest.get(answer.touchpoint) ?? 0, scoreOf(answer) ?? 0));
  const touchpoints = new Map();
  const lines = ['id,externalCustomerId,touchpointKey,score,comment,submittedAt,channel'];
  for (const [n, answer] of answers.entries()) {
    const score = scoreOf(answer);
    if (score === null || !(answer.date >= '2000')) continue;
    const key = answer.touchpoint.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    touchpoints.set(key, answer.touchpoint[0].toUpperCase() + answer.touchpoint.slice(1));
    const scaled = highest.get(answer.touchpoint) <= 5 ? score * 2 : score;
    lines.push([answer.id, `${source}-${n}`, key, scaled, cell(answer.text), answer.date, 'import'].join(','));
  }
  return {
    csv: `${lines.join('\r\n')}\r\n`,
    touchpoints: [...touchpoints].map(([key, name]) => ({ key, name })),
    rows: lines.length - 1,
    leftOut: answers.length - (lines.length - 1),
  };
}

const cell = (text) => `"${text.replaceAll('"', '""')}"`;

async function send(made, url, key) {
  const call = async (path, contentType, body) => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': contentType },
      body,
    });
    const result = await answer.json();
    if (!answer.ok && result.code !== 'touchpoint.key_taken')
      throw new Error(`${path}: ${answer.status} ${result.detail}`);
    return result;
  };
  for (const touchpoint of made.touchpoints)
    await call(
      '/touchpoints',
      'application/json',
      JSON.stringify({ ...touchpoint, stage: 'Imported', area: 'process' }),
    );
  return call('/responses/import', 'text/csv', made.csv);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { send: { type: 'string' }, key: { type: 'string' } },
  });
  const [file] = positionals;
  if (!file || (values.send && !values.key)) {
    process.stderr.write('Usage: node scripts/reviews-to-csv.mjs FILE.jsonl [--send URL --key API_KEY]\n');
    process.exit(64);
  }
  const made = toCsv(readFileSync(file, 'utf8'), basename(file, '.jsonl'));
  process.stderr.write(`${made.rows} answers, ${made.leftOut} left out for want of a score or a date.\n`);
  if (values.send) process.stdout.write(`${JSON.stringify(await send(made, values.send, values.key))}\n`);
  else process.stdout.write(made.csv);
}
