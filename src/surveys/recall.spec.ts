import { fillRecall, isRecallField, type RecallFacts, recallTags } from './recall.js';
import { standardQuestions, wording } from './wording.js';

const facts: RecallFacts = {
  customerName: ' Ingrid  Halvorsen ',
  account: null,
  event: {
    type: 'order.delivered',
    at: new Date('2026-11-09T23:30:00Z'),
    properties: { orderNumber: 4711, note: 'a\nb', long: 'x'.repeat(81), nested: { a: 1 }, tag: '{organization}' },
  },
  timeZone: 'Europe/Oslo',
};

describe('recalled fields', () => {
  it.each([
    ['Hello {{customer.firstName|there}}', 'Hello Ingrid'],
    ['{{ customer.name | you }}', 'Ingrid Halvorsen'],
    ['{{customer.account|your company}}', 'your company'],
    ['Order {{event.properties.orderNumber|}}', 'Order 4711'],
    ['{{event.properties.missing|your order}}', 'your order'],
    ['{{event.properties.note|-}}', 'a b'],
    ['{{event.properties.long|-}}', '-'],
    ['{{event.properties.nested|-}}', '-'],
    ['{{event.properties.constructor|-}}', '-'],
    ['on {{event.date|that day}}', 'on 10 November'],
    ['{{nothing.known|x}}', 'x'],
    ['no tags { here }', 'no tags { here }'],
  ])('%s → %s', (text, expected) => expect(fillRecall(text, facts, 'en')).toBe(expected));

  it('reads the fallback where nobody is known', () => {
    expect(fillRecall('Hello {{customer.firstName|there}}', null, 'en')).toBe('Hello there');
  });

  it('lets no value pose as another tag', () => {
    const named = { ...facts, customerName: '{touchpoint} {{customer.account|x}}' };
    const questions = standardQuestions('nps').map((q) =>
      q.type === 'nps'
        ? { ...q, text: { en: '{{customer.name|you}}, {{event.properties.tag|-}} and {organization}?' } }
        : q,
    );
    const version = {
      metric: 'nps' as const,
      locales: ['en'],
      questions,
      names: { organization: 'Acme', touchpoint: 'T' },
      recall: named,
    };
    expect(wording(version, 'en').metric.text).toBe('touchpoint customer.account|x, organization and Acme?');
  });

  it('knows its fields, and finds them in a text with their fallback', () => {
    for (const field of ['customer.firstName', 'event.date', 'event.properties.orderNumber'])
      expect(isRecallField(field)).toBe(true);
    for (const field of ['customer.email', 'event.properties.', 'event.properties.a b', '__proto__'])
      expect(isRecallField(field)).toBe(false);
    expect(recallTags('{{a|b}} {{ c }} {d}')).toEqual([
      { tag: '{{a|b}}', field: 'a', fallback: 'b' },
      { tag: '{{ c }}', field: 'c', fallback: null },
    ]);
  });
});
