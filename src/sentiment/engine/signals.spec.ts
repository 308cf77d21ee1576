import { describe, expect, it } from '@jest/globals';

import { readComment } from './index.js';

describe('plain accounts of what went wrong', () => {
  it.each([
    ['en', 'The washing machine was never delivered'],
    ['en', 'I was billed twice this month'],
    ['en', 'Three weeks later and still no refund'],
    ['en', 'They closed my account without any explanation'],
    ['de', 'Der Monteur ist nicht erschienen'],
    ['de', 'Seit drei Wochen keine Rückmeldung'],
    ['fr', "Le plombier n'est pas venu"],
    ['fr', 'Il manque deux vis'],
    ['es', 'El fontanero no apareció'],
    ['es', 'Dejó de funcionar a los dos días'],
    ['pt', 'O canalizador não apareceu'],
    ['pt', 'Faltavam dois parafusos'],
  ])('%s: %s', (locale, text) => {
    expect(readComment(text, { locale }).label).toBe('negative');
  });

  it.each([
    ['en', 'I never had to wait two hours'],
    ['en', 'The parcel arrived on Monday'],
    ['de', 'Ich musste nie warten'],
    ['fr', "Je n'ai jamais attendu"],
    ['es', 'Nunca tuve que esperar'],
  ])('not in %s: %s', (locale, text) => {
    expect(readComment(text, { locale }).label).not.toBe('negative');
  });
});

describe('signals', () => {
  it.each([
    ['en', 'I will cancel my contract and switch to another provider', ['churn']],
    ['en', 'My solicitor will write to you', ['legal']],
    ['en', 'The charger caught fire', ['safety']],
    ['en', 'My mother is disabled and needs it urgently', ['vulnerable', 'urgent']],
    ['de', 'Ich kündige und gehe zum Anwalt', ['churn', 'legal']],
    ['fr', 'Je vais résilier mon abonnement', ['churn']],
    ['es', 'Voy a poner una denuncia', ['legal']],
    ['pt', 'O carregador explodiu', ['safety']],
    ['en', 'I am not going to cancel my contract', []],
    ['en', 'No need for a lawyer', []],
    ['en', 'Lovely food and quick service', []],
    ['it', 'Il pacco non è arrivato', []],
  ])('%s: %s', (locale, text, flags) => {
    expect(readComment(text, { locale }).flags).toEqual(flags);
  });
});

describe('what may be meant the other way round', () => {
  it.each([
    ['en', 'Great, another delay'],
    ['en', 'Thanks for nothing'],
    ['en', 'Wonderful, the app crashed again'],
    ['en', 'Charged twice. Well done!'],
    ['de', 'Na super, schon wieder zu spät'],
    ['fr', 'Bravo, encore en retard'],
    ['es', 'Genial, otra vez tarde'],
  ])('%s: %s is no praise', (locale, text) => {
    expect(readComment(text, { locale }).label).not.toBe('positive');
  });

  it('is unsure and neutral rather than wrong', () => {
    const [only] = readComment('Great, another delay').statements;
    expect(only).toMatchObject({ unsure: true, label: 'neutral', certainty: 0.5 });
    expect(readComment('Great staff and quick delivery')).toMatchObject({ unsure: false, label: 'positive' });
  });
});
