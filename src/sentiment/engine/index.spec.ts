import { describe, expect, it } from '@jest/globals';

import { ASPECTS, engineVersion, readComment } from './index.js';

const label = (text: string, locale?: string): string | null => readComment(text, { locale }).label;

describe('hard English sentences', () => {
  it.each([
    ['Never had a problem', 'positive'],
    ['not bad at all', 'positive'],
    ["can't fault them", 'positive'],
    ['No complaints, works fine', 'positive'],
    ['Quick and easy, would recommend', 'positive'],
    ['Delivered without any problems', 'positive'],
    ['No problems, great service', 'positive'],
    ["I don't like the new app", 'negative'],
    ['The courier never came', 'negative'],
    ['No one called me back', 'negative'],
    ['I was charged twice', 'negative'],
    ['Far too expensive for what it is', 'negative'],
    ['Still waiting for my refund', 'negative'],
    ['It does not work', 'negative'],
    ['Could be better', 'negative'],
    ['Do not waste your money here', 'negative'],
    ['On hold for two hours', 'negative'],
    ['The box was broken', 'negative'],
    ['TERRIBLE SERVICE!!!', 'negative'],
    ['sooooo slooooow', 'negative'],
    ['I called on Tuesday', 'neutral'],
    ['👍👍', 'positive'],
    ['😡', 'negative'],
    [':-(', 'negative'],
  ])('%s → %s', (text, expected) => {
    expect(label(text, 'en')).toBe(expected);
  });

  it('ends a negation at clause punctuation', () => {
    const [first, second] = readComment('I am not happy, but the staff is great', { locale: 'en' }).statements;
    expect(first).toMatchObject({ label: 'negative' });
    expect(second).toMatchObject({ label: 'positive', aspect: 'staff' });
  });
});

describe('German, French, Spanish', () => {
  it.each([
    ['Der Kurier kam nie', 'de', 'negative'],
    ['Niemand hat zurückgerufen', 'de', 'negative'],
    ['Viel zu teuer', 'de', 'negative'],
    ['Die App funktioniert nicht', 'de', 'negative'],
    ['Das gefällt mir nicht', 'de', 'negative'],
    ['Schnelle Lieferung, alles bestens', 'de', 'positive'],
    ['Keine Probleme', 'de', 'positive'],
    ['Gar nicht schlecht', 'de', 'positive'],
    ["Le coursier n'est jamais venu", 'fr', 'negative'],
    ['Personne ne répond au téléphone', 'fr', 'negative'],
    ['Beaucoup trop cher', 'fr', 'negative'],
    ['Très bon service, merci', 'fr', 'positive'],
    ['Aucun problème', 'fr', 'positive'],
    ['El repartidor nunca llegó', 'es', 'negative'],
    ['Me cobraron dos veces', 'es', 'negative'],
    ['Muy buena atención', 'es', 'positive'],
    ['Todo llegó sin ningún problema', 'es', 'positive'],
  ])('%s (%s) → %s', (text, language, expected) => {
    const reading = readComment(text);
    expect(reading).toMatchObject({ language, label: expected, confidence: 'low' });
  });

  it('takes the language of the survey where the comment is too short to tell', () => {
    expect(readComment('Bien', { locale: 'es-MX' }).language).toBe('es');
    expect(readComment('Bien', { locale: 'fr' }).language).toBe('fr');
    expect(readComment('The delivery was late and nobody told me', { locale: 'de' }).language).toBe('en');
  });
});

describe('statements', () => {
  it('cuts at sentences, contrast words, list items and semicolons, with offsets into the comment', () => {
    const text =
      'Great phone, but the delivery was late. The bill was wrong; nobody answered\n- app crashes\n- too expensive';
    const { statements } = readComment(text, { locale: 'en' });
    expect(statements.map((s) => s.text)).toEqual([
      'Great phone',
      'but the delivery was late.',
      'The bill was wrong',
      'nobody answered',
      'app crashes',
      'too expensive',
    ]);
    for (const s of statements) expect(text.slice(s.start, s.end)).toBe(s.text);
    expect(statements.map((s) => s.aspect)).toEqual([
      'product',
      'delivery',
      'billing',
      'communication',
      'app',
      'price',
    ]);
  });

  it('cuts contrasts in German, French and Spanish', () => {
    expect(readComment('Netter Fahrer, aber das Paket war kaputt').statements.map((s) => s.label)).toEqual([
      'positive',
      'negative',
    ]);
    expect(
      readComment('Le produit est excellent mais la livraison était en retard').statements.map((s) => s.label),
    ).toEqual(['positive', 'negative']);
    expect(readComment('El producto es excelente pero la entrega llegó tarde').statements.map((s) => s.label)).toEqual([
      'positive',
      'negative',
    ]);
  });

  it('does not cut "nothing but", abbreviations and decimals', () => {
    expect(readComment('Nothing but trouble', { locale: 'en' }).statements).toHaveLength(1);
    expect(readComment('We paid 3.50 to Mr. Smith', { locale: 'en' }).statements).toHaveLength(1);
  });

  it('names the words that counted and an aspect from the closed list', () => {
    const [only] = readComment('The courier never came', { locale: 'en' }).statements;
    expect(only?.cues).toContain('never came');
    expect(ASPECTS).toContain(only?.aspect);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['', 'empty'],
    ['  \n\t ', 'empty'],
    ['12345 --- ...', 'no_words'],
    ['\u200b\u200b', 'no_words'],
    ['服务很差,等了很久', 'language'],
    ['خدمة سيئة جدا', 'language'],
  ])('%j says %s', (text, reason) => {
    expect(readComment(text)).toMatchObject({ label: null, score: null, reason, confidence: 'low' });
  });

  it('keeps the statements of a language it cannot score', () => {
    const { statements } = readComment('Очень плохая доставка. Курьер не приехал.');
    expect(statements).toHaveLength(2);
    expect(statements[0]).toMatchObject({ label: null, score: null });
  });
});

describe('bad input', () => {
  const pieces: Record<string, string> = {
    words: 'the delivery was late and nobody called ',
    'one endless word': 'a',
    emoji: '😡',
    html: '<div class="x">bad</div><',
    'open tags': '<a ',
    base64: 'QUJDREVGRw0KABC+/',
    'zero width': 'b\u200ba\u200bd ',
    'right to left': '\u202eشكرا ',
    'lone surrogates': '\ud83d a \udc00',
    punctuation: '!?.,;:-',
    digits: '1.1,',
    quotes: "'-'",
    'at signs': '@a&b;',
  };
  const steps = (text: string): number => {
    let best = Infinity;
    for (let i = 0; i < 3; i++) {
      const from = process.cpuUsage().user;
      readComment(text, { locale: 'en' });
      best = Math.min(best, process.cpuUsage().user - from);
    }
    return best + 10_000;
  };

  it.each(Object.entries(pieces))('reads %s in time linear in the text', (_, piece) => {
    const text = (length: number): string => piece.repeat(Math.ceil(length / piece.length));
    readComment(text(5_000));
    // Four times the text may take four times as long; a quadratic step would take sixteen.
    expect(steps(text(100_000)) / steps(text(25_000))).toBeLessThan(10);
    const reading = readComment(text(100_000));
    expect(reading.statements.length).toBeLessThanOrEqual(200);
    for (const s of reading.statements) expect(Math.abs(s.score ?? 0)).toBeLessThanOrEqual(1);
  });

  it('sees through capitals, HTML and zero-width characters', () => {
    expect(label('<p>The service was <b>terrible</b></p>', 'en')).toBe('negative');
    expect(label('ter\u200brible serv\u200bice', 'en')).toBe('negative');
    expect(label('TERRIBLE', 'en')).toBe('negative');
  });

  it('answers the same for the same text and names its version', () => {
    expect(readComment('ok but slow')).toEqual(readComment('ok but slow'));
    expect(engineVersion).toMatch(/^hearback-lexical-2\+lr-/);
  });

  it('is not moved by words that are names of object properties', () => {
    expect(readComment('constructor __proto__ toString hasOwnProperty', { locale: 'en' }).label).not.toBeUndefined();
  });
});
