import { de } from './corpus/de.js';
import { en } from './corpus/en.js';
import { fr } from './corpus/fr.js';
import type { Language, LanguageCorpus } from './corpus/types.js';
import { cities, firstNames, surnames } from './names.js';
import type { PainKey, PainPlan, TouchpointKey } from './pain-points.js';
import type { Rng } from './random.js';

export const corpora: Readonly<Record<Language, LanguageCorpus>> = { en, de, fr };

/** What the details in a text depend on. */
export interface Voice {
  language: Language;
  /** Booked speed in Mbit: 250, 600 or 1000. */
  mbit: number;
  /** Full years as a customer. */
  years: number;
  /** Calendar year and month (0–11) of writing. */
  year: number;
  month: number;
}

/**
 * Fills a phrase: `[a|b]` takes one alternative, `{slot}` a detail. Details that belong together (price and higher price, slot and late
 * arrival) agree within one `Teller`; numbers such as `{n}` agree within one phrase.
 */
export class Teller {
  private readonly linked = new Map<string, string>();
  private local = new Map<string, string>();

  constructor(
    private readonly rng: Rng,
    private readonly voice: Voice,
    private readonly known: Readonly<Record<string, string>> = {},
  ) {}

  get corpus(): LanguageCorpus {
    return corpora[this.voice.language];
  }

  /** The phrases this person can say: who came last year does not speak of years. */
  fitting(phrases: readonly string[]): readonly string[] {
    return this.voice.years >= 2 ? phrases : phrases.filter((one) => !one.includes('{years}'));
  }

  tell(phrase: string): string {
    this.local = new Map();
    const chosen = phrase
      .replace(/^[!~]/, '')
      .replace(/\[([^\]]*)\]/g, (_, options: string) => this.rng.pick(options.split('|')));
    return chosen.replace(/\{(\w+)\}/g, (_, slot: string) => this.detail(slot));
  }

  private detail(slot: string): string {
    const known = this.known[slot] ?? this.linked.get(slot) ?? this.local.get(slot);
    if (known !== undefined) return known;
    const value = this.make(slot);
    (LINKED.has(slot) ? this.linked : this.local).set(slot, value);
    return value;
  }

  private money(amount: number): string {
    const text = amount.toFixed(2).replace(/\.00$/, '');
    return this.voice.language === 'en' ? text : text.replace('.', ',');
  }

  private make(slot: string): string {
    const { rng, voice, corpus } = this;
    const price = voice.mbit === 250 ? 34.9 : voice.mbit === 600 ? 44.9 : 54.9;
    const clock = (hour: number, minute: number) => `${hour}:${String(minute).padStart(2, '0')}`;
    switch (slot) {
      case 'n':
        return String(rng.weighted([2, 3, 4, 5, 6], (n) => [0, 0, 5, 9, 5, 2, 1][n] ?? 0));
      case 'weeks':
        return String(rng.int(3, 9));
      case 'days':
        return String(rng.int(3, 12));
      case 'hours':
        return String(rng.int(2, 6));
      case 'months':
        return String(rng.int(3, 6));
      case 'min':
        return String(rng.pick([20, 25, 30, 35, 40, 45, 50, 55, 28, 37, 42, 65]));
      case 'minlow':
        return String(rng.pick([5, 8, 10, 10, 12, 15, 15, 20]));
      case 'step':
        return String(rng.int(3, 6));
      case 'hours48':
        return rng.pick(['24', '48']);
      case 'age':
        return String(rng.int(64, 83));
      case 'sqm':
        return String(rng.pick([90, 100, 110, 120, 130, 140]));
      case 'ios':
        return rng.pick(['17', '18', '26']);
      case 'years':
        return String(Math.max(2, voice.years));
      case 'year':
        return String(voice.year);
      case 'eur':
        return this.money(price);
      case 'eurhi':
        return this.money(price + rng.pick([5, 10, 15, 4, 20]));
      case 'diff':
        return String(rng.pick([60, 120, 180, 48, 240]));
      case 'diffm':
        return String(rng.int(3, 12));
      case 'fee':
        return this.money(rng.pick([49.9, 69.9, 39.9, 59, 79, 29.9]));
      case 'latefee':
        return this.money(rng.pick([2.5, 5, 3.9, 7.5]));
      case 'bonus':
        return String(rng.pick([50, 80, 100, 120, 150]));
      case 'plan':
        return `Fibre ${voice.mbit}`;
      case 'mbit':
        return String(voice.mbit);
      case 'mbitlow':
        return String(rng.int(3, 48));
      case 'slotfrom':
        return rng.pick(['8', '8', '9', '12']);
      case 'slotto':
        return rng.pick(['13', '14', '16', '17']);
      case 'late':
        return clock(rng.int(17, 19), rng.pick([10, 20, 30, 40, 50]));
      case 'evening':
        return rng
          .pick(['19', '20', '18'])
          .concat(voice.language === 'fr' ? ' h' : voice.language === 'en' ? ':00' : '');
      case 'eveningtime':
        return clock(rng.int(19, 22), rng.pick([4, 12, 15, 27, 30, 41, 48]));
      case 'day':
      case 'day2': {
        const days = corpus.days.filter((day) => day !== this.local.get('day') && day !== this.linked.get('day'));
        return rng.pick(days);
      }
      case 'dom':
        return String(rng.int(2, 27));
      case 'month':
        return corpus.months[(voice.month + 12 - rng.int(1, 4)) % 12] ?? '';
      case 'first':
        return rng.pick(firstNames[voice.language].slice(0, 16));
      case 'surname':
        return rng.pick(surnames[voice.language]);
      case 'city':
        return rng.pick(cities);
      default:
        throw new Error(`unknown slot {${slot}}`);
    }
  }
}

const LINKED = new Set([
  'eur',
  'eurhi',
  'fee',
  'bonus',
  'plan',
  'mbit',
  'mbitlow',
  'slotfrom',
  'slotto',
  'late',
  'evening',
  'years',
  'day',
  'weeks',
  'surname',
]);

export interface Telling {
  text: string;
  /** What the comment complains about, in the order of the text. */
  pains: PainKey[];
}

const upper = (text: string): string =>
  text.replace(/^(["«„(]?)(\p{L})/u, (_, quote: string, letter: string) => quote + letter.toLocaleUpperCase());

/** Praise that would contradict a complaint of this kind at the same place. */
const CLASH: Readonly<Record<PainPlan['kind'], RegExp>> = {
  line: /internet|fast|stable|wifi|WLAN|speed|line|works|läuft|funktion|schnell|Homeoffice|DSL|cable|problem|trouble|souci|débit|marche|plan|rapide|stutter|stream|measured|gemessen|mesuré|Wände|murs|walls|restart|Haushalt|maison|gaming|upload|connection|Mbit/i,
  money:
    /€|Euro|minutes|Minuten|renewal|reminder|Verlängerung|renouvel|erinnert|honest|ehrlich|honnête|contract|Vertrag|contrat|price|Preis|prix|worth|offer|Angebot|offre|Tarif|cheap|surprise|haggle|credit|Gutschrift|upgrade|plan|agreed|vereinbart|convenu|promised|claire|klar|clear|summary|übersichtlich|Rechnung|bill/i,
  people:
    /souci|problem|complaint|answer|pick up|one call|Anruf|appel|Telefon|phone|shop|Shop|boutique|reach|human|person|care|call|erreicht|Mensch|people|joindre|humain|Rückruf|rappel|service|solved|gelöst|réglé|queue|Warteschleife|attente|confirm|Bestätigung|quick|easy|simple|einfach|schnell|rapide|app|chat|minute|works/i,
  visit:
    /later|später|après|agreed time|pünktlich|job|gearbeitet|travail|minutes|Minuten|punctual|pünktlich|ponctuel|agreed|vereinbart|on the minute|on time|auf die Minute|clean|dirt|sauber|Dreck|propre|tidy|neat|ordentlich|soigné|everything worked|alles lief|marche|installed|installiert|installé|came|text message|prévu|date|vacuum|gesaugt|rang/i,
};

/** Something good to say beside this complaint: from the same place when that does not contradict it, else about the organization. */
function praiseBeside(teller: Teller, rng: Rng, place: TouchpointKey | 'general', pain: PainPlan): string | null {
  for (const from of [place, 'general'] as const) {
    const fitting = teller
      .fitting(teller.corpus.praise[from])
      .filter((one) => !one.startsWith('!') && !CLASH[pain.kind].test(one));
    if (fitting.length > 0 && (from === 'general' || rng.chance(0.85))) return teller.tell(rng.pick(fitting));
  }
  return null;
}

/**
 * A comment as somebody who gave this score would write it. Pure given the generator's state.
 * @param place where they were asked; `general` for the relationship survey
 * @param complaints what went wrong for them, most important first; may be empty
 */
export function writeComment(
  rng: Rng,
  voice: Voice,
  score: number,
  place: TouchpointKey | 'general',
  complaints: readonly PainPlan[],
): Telling {
  const teller = new Teller(rng, voice);
  const { corpus } = teller;
  const pains: PainKey[] = [];
  const complain = (plan: PainPlan): string => {
    pains.push(plan.key);
    const fitting = teller
      .fitting(corpus.pains[plan.key].say)
      .filter((one) => (score <= 4 ? !one.startsWith('~') : !one.startsWith('!')));
    // Mild wording from 7 on; at 5 and 6 mostly plain statements of fact.
    const soft = score >= 7 || (score >= 5 && rng.chance(0.3));
    const mild = fitting.filter((one) => one.startsWith('~') === soft);
    return teller.tell(rng.pick(mild.length > 0 ? mild : fitting));
  };
  const sentence = (text: string): string => (/[.!?…:,]$/.test(text) ? upper(text) : `${upper(text)}.`);
  const praise = (): string =>
    teller.tell(rng.pick(teller.fitting(corpus.praise[place]).filter((one) => score >= 9 || !one.startsWith('!'))));
  const [first, second] = complaints;
  const parts: string[] = [];

  if (score >= 9) {
    if (score === 9 && first && rng.chance(0.12)) {
      const good = praiseBeside(teller, rng, place, first);
      parts.push(sentence(good === null ? complain(first) : good + rng.pick(corpus.but) + complain(first)));
    } else if (rng.chance(0.11)) parts.push(upper(teller.tell(rng.pick(corpus.praiseShort))));
    else {
      const one = praise();
      const opening = rng.chance(0.17) ? teller.tell(rng.pick(corpus.praiseOpen)) : null;
      parts.push(opening === null ? sentence(one) : `${opening} ${one}.`);
      if (rng.chance(0.4)) {
        const other = praise();
        if (other !== one && other.slice(0, 6) !== one.slice(0, 6)) parts.push(sentence(other));
      }
      if (rng.chance(0.3)) parts.push(sentence(teller.tell(rng.pick(corpus.praiseClose))));
    }
  } else if (score >= 7) {
    const way = rng.next();
    if (first && way < 0.45) {
      const good = praiseBeside(teller, rng, place, first);
      if (good !== null && rng.chance(0.75)) parts.push(sentence(good + rng.pick(corpus.but) + complain(first)));
      else {
        parts.push(sentence(complain(first)));
        if (rng.chance(0.5)) parts.push(sentence(rng.pick(corpus.mildClose)));
      }
    } else if (way < 0.8) {
      parts.push(sentence(praise()));
      if (rng.chance(0.15)) parts.push(sentence(teller.tell(rng.pick(corpus.meh))));
    } else parts.push(upper(teller.tell(rng.pick(corpus.meh))));
  } else if (!first) parts.push(upper(teller.tell(rng.pick(score >= 5 ? corpus.meh : corpus.angryShort))));
  else if (score >= 5) {
    const good = rng.chance(0.38) ? praiseBeside(teller, rng, place, first) : null;
    parts.push(sentence(good === null ? complain(first) : good + rng.pick(corpus.but) + complain(first)));
    if (second && rng.chance(0.12)) parts.push(sentence(complain(second)));
    if (rng.chance(0.2))
      parts.push(
        sentence(rng.chance(0.4) ? teller.tell(rng.pick(corpus.pains[first.key].after)) : rng.pick(corpus.mildClose)),
      );
  } else if (rng.chance(0.05)) parts.push(upper(teller.tell(rng.pick(corpus.angryShort))));
  else {
    if (rng.chance(0.2)) parts.push(rng.pick(corpus.angryOpen));
    const open = /[,:]$|but$/.test(parts[0] ?? '');
    const told = complain(first);
    let complaint = open ? told : upper(told);
    if (second && rng.chance(0.26)) {
      const joint = rng.pick(corpus.and);
      complaint += joint + complain(second);
    }
    parts.push(/[.!?…]$/.test(complaint) ? complaint : `${complaint}.`);
    if (rng.chance(0.42)) parts.push(sentence(teller.tell(rng.pick(corpus.pains[first.key].after))));
    if (rng.chance(0.28)) parts.push(sentence(rng.pick(corpus.angryClose)));
  }
  // After "." a new sentence starts, whatever the joint said.
  const text = parts
    .join(' ')
    .replace(/([.!?] )(\p{Ll})/gu, (_, stop: string, letter: string) => stop + letter.toLocaleUpperCase());
  return { text: roughen(rng, text, voice.language, score), pains };
}

/** What thumbs and tempers do to a text. */
function roughen(rng: Rng, text: string, language: Language, score: number): string {
  let out = text;
  if (rng.chance(0.2)) out = out.replace(/\.$/, '');
  if (rng.chance(0.07)) out = out.toLocaleLowerCase();
  if (language === 'de' && rng.chance(0.05))
    out = out.replace(/ä/g, 'ae').replace(/ö/g, 'oe').replace(/ü/g, 'ue').replace(/ß/g, 'ss');
  if (language === 'fr' && rng.chance(0.08))
    out = out
      .normalize('NFD')
      .replace(/[\u0300-\u036f]/g, '')
      .normalize('NFC');
  if (language === 'en' && rng.chance(0.05)) out = out.replace(/n't\b/g, 'nt').replace(/\bI\b/g, 'i');
  if (rng.chance(0.06)) out = slip(rng, out);
  if (rng.chance(0.012)) out = out.toLocaleUpperCase();
  if (score <= 3 && rng.chance(0.08)) out = out.replace(/[.]?$/, rng.pick(['!', '!!', '!!!', '...', '?!']));
  if (score >= 9 && rng.chance(0.1)) out = out.replace(/[.]?$/, rng.pick(['!', '!!', '!']));
  if (rng.chance(0.03))
    out += rng.pick(
      score >= 9
        ? [' 👍', ' 😊', ' 🙂', ' ⭐⭐⭐⭐⭐', ' :)', ' 🚀']
        : score >= 7
          ? [' 🙂', ' 👌', ' ;)']
          : score >= 5
            ? [' 😕', ' 🤷', ' :/']
            : [' 😡', ' 🙄', ' 👎', ' :(', ' 😤'],
    );
  return out;
}

/** One slip of the finger inside a longer word: a pair swapped, a letter lost or doubled. */
function slip(rng: Rng, text: string): string {
  const long = [...text.matchAll(/\p{L}{6,}/gu)];
  if (long.length === 0) return text;
  const word = rng.pick(long);
  const at = word.index + rng.int(2, word[0].length - 3);
  const pair = text.slice(at, at + 2);
  const wrong = rng.pick([`${pair[1]}${pair[0]}`, pair[0] ?? '', `${pair[0]}${pair[0]}${pair[1]}`]);
  return text.slice(0, at) + wrong + text.slice(at + 2);
}
