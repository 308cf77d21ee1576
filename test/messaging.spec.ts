import { internationalPhone, maskedPhone } from '../src/platform/messaging/phone.js';
import { plainText, segmentsOf } from '../src/platform/messaging/segments.js';
import { twilioSignature } from '../src/platform/messaging/twilio.js';

describe('texts', () => {
  it.each([
    ['', 'GSM-7', 0, 1, 160],
    ['a'.repeat(160), 'GSM-7', 160, 1, 0],
    ['a'.repeat(161), 'GSM-7', 161, 2, 145],
    ['a'.repeat(306), 'GSM-7', 306, 2, 0],
    ['a'.repeat(307), 'GSM-7', 307, 3, 152],
    // The euro sign costs two septets; é, ü and ñ one.
    [`${'a'.repeat(159)}€`, 'GSM-7', 161, 2, 145],
    ['éüñ', 'GSM-7', 3, 1, 157],
    // ê is in no 7-bit alphabet.
    [`ê${'a'.repeat(69)}`, 'UCS-2', 70, 1, 0],
    [`ê${'a'.repeat(70)}`, 'UCS-2', 71, 2, 63],
    ['ع'.repeat(134), 'UCS-2', 134, 2, 0],
    // Outside of the basic plane: two code units.
    ['😀'.repeat(36), 'UCS-2', 72, 2, 62],
  ])('%#: is counted as networks count it', (text, encoding, units, segments, left) => {
    expect(segmentsOf(text)).toEqual({ encoding, units, segments, left });
  });

  it('keeps typographic marks from halving the room', () => {
    expect(plainText('“Wie war’s” – gut…')).toBe('"Wie war\'s" - gut...');
    expect(segmentsOf(plainText('„Lieferung“')).encoding).toBe('GSM-7');
  });

  it.each([
    ['+49 30 1234567', '+49301234567'],
    ['+49 (0)30 1234567', '+49301234567'],
    ['0049 30/123 45 67', '+49301234567'],
    ['+1 (415) 555-2671', '+14155552671'],
    ['030 1234567', null],
    ['+49 1', null],
    ['+999 123456789', null],
    ['', null],
  ])('%s is dialled as %s', (text, number) => {
    expect(internationalPhone(text)).toBe(number);
  });

  it('shows a number only to its owner', () => {
    expect(maskedPhone('+49301234567')).toBe('+49•••67');
  });

  it('signs as the provider documents it', () => {
    // The worked example of https://www.twilio.com/docs/usage/security
    expect(
      twilioSignature('12345', 'https://mycompany.com/myapp.php?foo=1&bar=2', [
        ['CallSid', 'CA1234567890ABCDE'],
        ['Caller', '+14158675309'],
        ['Digits', '1234'],
        ['From', '+14158675309'],
        ['To', '+18005551212'],
      ]),
    ).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=');
  });
});
