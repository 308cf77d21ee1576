import { stripReply } from './reply-text.js';

const OLD = '> Hello,\n> we fixed it.\n>\n> Regards';

describe('stripReply', () => {
  it.each([
    ['en', `Thanks!\n\nOn Mon, 3 Mar 2025 at 10:12, Acme <a@b.example> wrote:\n${OLD}`],
    [
      'en, folded',
      `Thanks!\n\nOn Mon, 3 Mar 2025 at 10:12, Acme Customer Experience Team\n<a@b.example> wrote:\n\n${OLD}`,
    ],
    ['de', `Thanks!\n\nAm 03.03.2025 um 10:12 schrieb Acme <a@b.example>:\n\n${OLD}`],
    ['de, Gmail', `Thanks!\n\nAm Mo., 3. März 2025 um 10:12 Uhr schrieb Acme <\na@b.example>:\n\n${OLD}`],
    ['fr', `Thanks!\n\nLe lun. 3 mars 2025 à 10:12, Acme <a@b.example> a écrit :\n\n${OLD}`],
    ['es', `Thanks!\n\nEl lun, 3 mar 2025 a las 10:12, Acme (<a@b.example>) escribió:\n\n${OLD}`],
    ['pt', `Thanks!\n\nEm seg., 3 de mar. de 2025 às 10:12, Acme <a@b.example> escreveu:\n\n${OLD}`],
    ['ar', `Thanks!\n\nفي الاثنين، 3 مارس 2025 في 10:12 ص كتب Acme <a@b.example>:\n\n${OLD}`],
    ['another language', `Thanks!\n\nIl giorno lun 3 mar 2025 Acme <a@b.example>:\n${OLD}`],
    [
      'attribution without quote marks',
      'Thanks!\n\nOn Mon, 3 Mar 2025, Acme <a@b.example> wrote:\n\nHello,\nwe fixed it.',
    ],
    ['quote only', `Thanks!\n${OLD}`],
    [
      'Outlook',
      'Thanks!\n\n________________________________\nFrom: Acme <a@b.example>\nSent: Monday\nTo: Me\nSubject: Fixed\n\nHello',
    ],
    [
      'Outlook without a rule',
      'Thanks!\n\nVon: Acme <a@b.example>\nGesendet: Montag, 3. März 2025\nAn: ich\nBetreff: Behoben\n\nHallo',
    ],
    ['Outlook fr', 'Thanks!\n\nDe : Acme <a@b.example>\nEnvoyé : lundi\nÀ : moi\nObjet : Réparé\n\nBonjour'],
    ['separator', 'Thanks!\n\n-----Ursprüngliche Nachricht-----\nVon: Acme\n\nHallo'],
    ['signature', 'Thanks!\n-- \nAda Lovelace\n+44 20 7946 0000'],
    ['device', `Thanks!\n\nSent from my iPhone\n\nOn 3 Mar 2025, at 10:12, Acme <a@b.example> wrote:\n\n${OLD}`],
    ['CRLF', 'Thanks!\r\n\r\nOn Mon, Acme wrote:\r\n> Hello\r\n'],
  ])('keeps only the answer: %s', (_, text) => expect(stripReply(text)).toBe('Thanks!'));

  it('keeps answers between quoted lines', () => {
    expect(stripReply('On Mon, Acme wrote:\n> Is it fixed?\n\nYes.\n\n> And the invoice?\n\nNot yet.')).toBe(
      'Yes.\n\nNot yet.',
    );
  });

  it.each([
    'On Monday I called again.\nNobody knew a thing: I waited.',
    'Le produit est bien.\nMerci !',
    'From: the start it was slow.\nStill is.',
    'The list:\n- one\n- two',
    'Sent from my desk to yours: a question.\nWhen does it arrive?\nI have waited three weeks.',
  ])('leaves plain text alone: %j', (text) => expect(stripReply(text)).toBe(text));

  it('loses nothing when all of it looks quoted, and gives nothing for nothing', () => {
    expect(stripReply('-- \nno, still broken')).toBe('--\nno, still broken');
    expect(stripReply(OLD)).toBe('');
    expect(stripReply('')).toBe('');
  });

  it('takes time in proportion to the text, whatever it is made of', () => {
    for (const unit of ['On ', '<a ', '\n', '> ', 'On x\n', '2025', 'De: x\n', '-', ' ', 'Am schrieb ', 'wrote:']) {
      const began = performance.now();
      expect(stripReply(unit.repeat(1_000_000 / unit.length)).length).toBeLessThanOrEqual(50_000);
      expect(performance.now() - began).toBeLessThan(500);
    }
  });
});
