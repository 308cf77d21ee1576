import { fillFields, textFor, unknownFields } from './merge-fields.js';

const VALUES = {
  customer_name: 'Ingrid Solberg',
  customer_first_name: 'Ingrid',
  case_number: '12',
  touchpoint: null,
  my_name: 'Maja Kovač',
  my_first_name: 'Maja',
  organization: 'Halden $& Energy',
};

describe('fillFields', () => {
  it('fills in what is known and leaves no hole where nothing is', () =>
    expect(fillFields('Hello {{customer_first_name}}, about{{ touchpoint }} case {{case_number}}', VALUES)).toBe(
      'Hello Ingrid, about case 12',
    ));
  it('takes the space before an unknown value away', () =>
    expect(fillFields('Hello {{customer_name}},', { ...VALUES, customer_name: null })).toBe('Hello,'));
  it('takes values as they are, and never twice', () =>
    expect(fillFields('{{organization}}', { ...VALUES, organization: '{{my_name}} $1' })).toBe('{{my_name}} $1'));
});

describe('unknownFields', () => {
  it('names what is no field', () =>
    expect(unknownFields('{{my_name}} {{constructor}} {{ price }} {{}} { }')).toEqual(['constructor', 'price', '']));
});

describe('textFor', () => {
  it.each([
    ['de-AT', 'Hallo'],
    ['fr', 'Hello'],
    [null, 'Hello'],
  ])('%s', (locale, expected) => expect(textFor({ en: 'Hello', de: 'Hallo' }, locale)).toBe(expected));
  it('takes the first where there is no English', () => expect(textFor({ de: 'Hallo' }, 'fr')).toBe('Hallo'));
});
