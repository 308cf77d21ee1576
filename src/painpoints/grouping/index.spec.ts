import { describe, expect, it } from '@jest/globals';

import { assign, type Centre, type GroupItem, include, nearest, type Regrouping, regroup, vectorize } from './index.js';

/** Our own words: what customers might say about a delivery, by what they mean. */
const SAID: Record<string, [language: string, text: string][]> = {
  never_came: [
    ['en', 'The courier never came'],
    ['en', 'courier never came although I stayed home all day'],
    ['en', 'Your courier never arrived'],
    ['en', 'I waited all day and the courier never came.'],
    ['en', 'the driver never showed up'],
    ['en', 'Driver never came to my door'],
    ['de', 'Der Kurier kam nie'],
    ['de', 'Der Kurier ist nicht gekommen'],
    ['de', 'Der Fahrer ist nie angekommen'],
    ['fr', "Le coursier n'est jamais venu"],
    ['fr', "Le livreur n'est pas venu"],
    ['es', 'El repartidor nunca llegó'],
  ],
  late: [
    ['en', 'Delivery was three weeks late'],
    ['en', 'late delivery again'],
    ['en', 'The delivery came two weeks late'],
    ['en', 'delivery delayed by a week'],
    ['en', 'My delivery was delayed twice'],
    ['en', 'very late delivery'],
    ['de', 'Lieferung viel zu spät'],
    ['de', 'Die Lieferung war zwei Wochen verspätet'],
    ['de', 'verspätete Lieferung'],
    ['fr', 'Livraison en retard'],
    ['fr', 'La livraison avait deux semaines de retard'],
    ['es', 'La entrega con mucho retraso'],
  ],
  damaged: [
    ['en', 'The box was damaged'],
    ['en', 'parcel arrived damaged'],
    ['en', 'Package was smashed and damaged'],
    ['en', 'My parcel was broken'],
    ['en', 'broken parcel, torn box'],
    ['en', 'damaged parcel'],
    ['de', 'Paket war beschädigt'],
    ['de', 'Das Paket war kaputt'],
    ['de', 'beschädigtes Paket'],
    ['fr', 'Colis abîmé'],
    ['fr', 'Le colis était endommagé'],
    ['es', 'El paquete estaba roto'],
  ],
  charged_twice: [
    ['en', 'I was charged twice'],
    ['en', 'charged twice for one order'],
    ['en', 'You charged my card twice'],
    ['en', 'they charged me twice'],
    ['en', 'double charged on my card'],
    ['de', 'Doppelt abgebucht'],
    ['de', 'Der Betrag wurde zweimal abgebucht'],
    ['fr', "J'ai été débité deux fois"],
    ['es', 'Me cobraron dos veces'],
  ],
  no_reply: [
    ['en', 'Nobody replied to my email'],
    ['en', 'no reply to my emails'],
    ['en', 'I sent three emails and got no reply'],
    ['en', 'emails are never answered'],
    ['en', 'No answer to my email for a week'],
    ['de', 'Keine Antwort auf meine E-Mail'],
    ['de', 'Auf meine Mail kam keine Antwort'],
    ['fr', 'Aucune réponse à mes mails'],
    ['es', 'No responden a los correos'],
  ],
  alone: [
    ['en', 'the jingle in your advert annoys my dog'],
    ['en', 'Parking lot full of puddles'],
    ['de', 'Der Prospekt riecht seltsam'],
    ['en', '!!!'],
  ],
};

const truth = new Map<string, string>();
const items: GroupItem[] = [];
for (const [meaning, said] of Object.entries(SAID))
  for (const [language, text] of said) {
    const id = `s${String(items.length + 1).padStart(3, '0')}`;
    truth.set(id, meaning);
    items.push({ id, text, language, customerId: `c-${id}`, currentId: null, pinnedTo: null });
  }

const centresOf = ({ groups }: Regrouping, pinned: string[] = []): Centre[] =>
  groups.map(({ key, terms, size }) => ({ id: key, terms, size, pinned: pinned.includes(key) }));
const settled = (result: Regrouping, all = items): GroupItem[] =>
  all.map((item) => ({ ...item, currentId: result.assignments.get(item.id) ?? null }));

const first = regroup(items, []);
const groupOf = (meaning: string): string | undefined => {
  const tally = new Map<string, number>();
  for (const [id, key] of first.assignments)
    if (key && truth.get(id) === meaning) tally.set(key, (tally.get(key) ?? 0) + 1);
  return [...tally].sort((a, b) => b[1] - a[1])[0]?.[0];
};

describe('regroup', () => {
  it('finds the five problems, not one blob and not sixty singletons', () => {
    expect(first.groups.length).toBeGreaterThanOrEqual(5);
    expect(first.groups.length).toBeLessThanOrEqual(8);
    let right = 0;
    for (const [id, key] of first.assignments) if (key !== null && key === groupOf(truth.get(id) ?? '')) right++;
    expect(right).toBeGreaterThanOrEqual(44);
    const problems = ['never_came', 'late', 'damaged', 'charged_twice', 'no_reply'];
    expect(new Set(problems.map(groupOf)).size).toBe(5);
  });

  it('puts the same problem in English, German and French together', () => {
    for (const meaning of ['late', 'damaged', 'never_came']) {
      const key = groupOf(meaning);
      const languages = new Set(items.filter((i) => first.assignments.get(i.id) === key).map((i) => i.language));
      expect([...languages]).toEqual(expect.arrayContaining(['en', 'de', 'fr']));
    }
  });

  it('leaves what fewer than three customers say in the pool', () => {
    for (const [id, meaning] of truth) if (meaning === 'alone') expect(first.assignments.get(id)).toBeNull();
    const loud = Array.from({ length: 9 }, (_, i): GroupItem => ({
      id: `x${i}`,
      text: 'The courier never came',
      language: 'en',
      customerId: 'the same one',
      currentId: null,
      pinnedTo: null,
    }));
    expect(regroup(loud, []).groups).toEqual([]);
  });

  it('makes one group of a few statements that all say the same in other words', () => {
    const groupsOf = (...texts: string[]) =>
      regroup(
        texts.map((text, n) => ({
          id: `t${n}`,
          text,
          language: 'en',
          customerId: `c${n}`,
          currentId: null,
          pinnedTo: null,
        })),
        [],
      ).groups.map(({ size }) => size);
    const late = ['Delivery was far too late again', 'My delivery came late', 'Late delivery and nobody told me'];
    const crash = ['The app crashes all the time', 'App keeps crashing', 'The app crashed twice today'];
    expect(groupsOf(...late)).toEqual([3]);
    expect(groupsOf(...late, 'The parcel arrived five days late', 'The parcel was late, very bad')).toEqual([5]);
    expect(groupsOf(...late, ...crash)).toEqual([3, 3]);
    expect(groupsOf('The app crashes', 'Nobody answered my mail', 'Far too expensive', 'The box was broken')).toEqual(
      [],
    );
  });

  it('names groups by a short phrase of the customers, each name once', () => {
    const names = first.groups.map((group) => group.name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) {
      expect(name.split(' ').length).toBeLessThanOrEqual(6);
      expect(name.charAt(0)).toBe(name.charAt(0).toUpperCase());
    }
    const named = (meaning: string): string => first.groups.find((g) => g.key === groupOf(meaning))?.name ?? '';
    expect(named('never_came')).toMatch(/never/i);
    expect(named('charged_twice')).toMatch(/charged/i);
    expect(named('damaged')).toMatch(/damaged|broken/i);
  });

  it('quotes up to three statements of different customers', () => {
    for (const group of first.groups) {
      expect(group.exemplars.length).toBeGreaterThan(0);
      expect(group.exemplars.length).toBeLessThanOrEqual(3);
      for (const id of group.exemplars) expect(first.assignments.get(id)).toBe(group.key);
    }
  });

  it('gives the same answer whatever the order of the items', () => {
    expect(regroup([...items].reverse(), [])).toEqual(first);
  });

  it('keeps identities when the same data comes again with more', () => {
    const more: GroupItem[] = [
      'Courier never came again',
      'late delivery, sadly',
      'my parcel is damaged',
      'charged twice!',
    ].map((text, i) => ({ id: `t${i}`, text, language: 'en', customerId: `n${i}`, currentId: null, pinnedTo: null }));
    const second = regroup([...settled(first), ...more], centresOf(first));
    expect(second.groups.filter((group) => group.isNew)).toEqual([]);
    expect(second.retired).toEqual([]);
    for (const item of items) {
      const before = first.assignments.get(item.id);
      if (before) expect(second.assignments.get(item.id)).toBe(before);
    }
    expect(second.assignments.get('t0')).toBe(groupOf('never_came'));
    expect(second.assignments.get('t2')).toBe(groupOf('damaged'));
  });

  it('never moves what a person moved, nor the members of a pinned group', () => {
    const late = groupOf('late') ?? '';
    const damaged = groupOf('damaged') ?? '';
    const moved = settled(first).map((item) => (item.id === 's001' ? { ...item, pinnedTo: damaged } : item));
    const second = regroup(moved, centresOf(first, [late]));
    expect(second.assignments.get('s001')).toBe(damaged);
    for (const [id, key] of first.assignments) if (key === late) expect(second.assignments.get(id)).toBe(late);
  });

  it('keeps a pinned group that has no statements left, and retires another', () => {
    const centres = centresOf(first, [groupOf('late') ?? '']);
    const rest = settled(first).filter((item) => truth.get(item.id) === 'damaged');
    const second = regroup(rest, centres);
    expect(second.groups.find((group) => group.key === groupOf('late'))).toMatchObject({ size: 0, customers: 0 });
    expect(second.retired.map(({ id }) => id)).toContain(groupOf('charged_twice'));
  });

  it('never uses words of one person as a name', () => {
    const rows = ['Alice', 'Bob', 'Carol', 'Dave'].map((name, i): GroupItem => ({
      id: `p${i}`,
      text: `Order ${name}77 parcel damaged ${name}`,
      language: 'en',
      customerId: name,
      currentId: null,
      pinnedTo: null,
    }));
    for (const group of regroup(rows, []).groups) expect(group.name).not.toMatch(/alice|bob|carol|dave/i);
  });

  it('does not grow with the square of the statements', () => {
    const many = (n: number): GroupItem[] =>
      Array.from({ length: n }, (_, i): GroupItem => {
        const like = items[i % items.length];
        return {
          id: `m${i}`,
          text: `${like?.text ?? ''} ${i % 400}`,
          language: 'en',
          customerId: `c${i}`,
          currentId: null,
          pinnedTo: null,
        };
      });
    const time = (n: number): number => {
      const set = many(n);
      const from = process.cpuUsage().user;
      regroup(set, []);
      return process.cpuUsage().user - from + 20_000;
    };
    time(500);
    expect(time(8_000) / time(2_000)).toBeLessThan(10);
  });

  it('takes nothing, and ten thousand identical statements', () => {
    expect(regroup([], [])).toEqual({ assignments: new Map(), groups: [], retired: [], splits: [], themes: [] });
    const same = Array.from({ length: 10_000 }, (_, i): GroupItem => ({
      id: `i${i}`,
      text: 'late delivery',
      language: 'en',
      customerId: `c${i}`,
      currentId: null,
      pinnedTo: null,
    }));
    expect(regroup(same, []).groups).toMatchObject([{ size: 10_000, name: 'Late delivery' }]);
  });
});

describe('incremental grouping', () => {
  const centres = centresOf(first);

  it.each([
    ['The courier never came on Monday', 'en', 'never_came'],
    ['Kurier kam nicht', 'de', 'never_came'],
    ['Lieferung verspätet', 'de', 'late'],
    ['colis endommagé', 'fr', 'damaged'],
    ['charged my account twice', 'en', 'charged_twice'],
  ])('%s joins its pain point', (text, language, meaning) => {
    expect(assign({ text, language }, centres)).toBe(groupOf(meaning));
  });

  it('leaves a new kind of problem to the pool', () => {
    expect(assign({ text: 'The lift smells of paint', language: 'en' }, centres)).toBeNull();
    expect(nearest({}, centres)).toBeNull();
    expect(nearest(vectorize('late delivery', 'en'), [])).toBeNull();
  });

  it('moves a centre towards what joins it, and survives JSON', () => {
    const centre: Centre = { id: 'a', terms: vectorize('late delivery', 'en'), size: 1, pinned: false };
    const next = include(centre, vectorize('delivery delayed for weeks', 'en'));
    expect(next.size).toBe(2);
    expect(next.terms['#weeks']).toBeGreaterThan(0);
    expect(JSON.parse(JSON.stringify(next))).toEqual(next);
  });

  it('reads concepts, not letters: the same vector for the same words in two languages', () => {
    expect(vectorize('Lieferung verspätet', 'de')).toEqual(vectorize('delivery late', 'en'));
    expect(vectorize('', 'en')).toEqual({});
    expect(vectorize('constructor toString', null)).toBeDefined();
  });
});

describe('few statements', () => {
  const item = (id: string, text: string): GroupItem => ({
    id,
    text,
    language: 'en',
    customerId: `c-${id}`,
    currentId: null,
    pinnedTo: null,
  });

  it('are one pain point also beside a statement about something else', () => {
    const said = [
      'Nobody came to the appointment.',
      'Nobody came to my appointment',
      'Nobody came, terrible appointment',
      'The appointment was missed, nobody came',
      'Nobody came to the appointment, bad',
    ].map((text, n) => item(`a${n}`, text));
    const { groups, assignments } = regroup([...said, item('b', 'I waited all morning, terrible.')], []);
    expect(groups.map((group) => group.customers)).toEqual([5]);
    expect(assignments.get('b')).toBeNull();
  });
});
