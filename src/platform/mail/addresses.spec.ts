import { Config } from '../../config.js';
import { newId } from '../ids.js';
import { Signer } from '../signing.js';
import { headerText, mailAddress, mailbox, openAddress, tokenLocalPart } from './addresses.js';

const signer = (...appSecrets: string[]): Signer => new Signer({ appSecrets } as unknown as Config);

describe('mailAddress', () => {
  it.each([
    ['ada@example.org', 'ada@example.org'],
    [' ada@example.org ', 'ada@example.org'],
    ["o'hara+news@sub.example.co.uk", "o'hara+news@sub.example.co.uk"],
    ['jürgen@bücher.example', 'jürgen@xn--bcher-kva.example'],
    ['ada@localhost', 'ada@localhost'],
  ])('takes %j', (value, address) => expect(mailAddress(value)).toBe(address));

  it.each([
    '',
    'ada',
    '@example.org',
    'ada@',
    'ada@example.org, eve@example.org',
    'ada@example.org;eve@example.org',
    'Ada <ada@example.org>',
    'ada@example.org\r\nBcc: eve@example.org',
    'ada\n@example.org',
    'ada@exa\rmple.org',
    'ada @example.org',
    '"ada lovelace"@example.org',
    'ada..b@example.org',
    '.ada@example.org',
    'ada@[127.0.0.1]',
    'ada@127.0.0.1',
    'ada@-example.org',
    'ada@example..org',
    'ada@example.org>',
    'ada(comment)@example.org',
    `${'a'.repeat(65)}@example.org`,
    `a@${'b'.repeat(64)}.org`,
    `a@${'b.'.repeat(130)}org`,
    'ada@example.org\0',
  ])('refuses %j', (value) => expect(mailAddress(value)).toBeNull());
});

describe('mailbox', () => {
  it('takes names with and without quotes', () => {
    expect(mailbox('"Acme, Inc." <feedback@acme.example>')).toEqual({
      name: 'Acme, Inc.',
      address: 'feedback@acme.example',
    });
    expect(mailbox('Acme <feedback@acme.example>')).toEqual({ name: 'Acme', address: 'feedback@acme.example' });
    expect(mailbox('feedback@acme.example')).toEqual({ name: '', address: 'feedback@acme.example' });
  });
});

describe('headerText', () => {
  it('leaves no line break of any kind', () => {
    expect(headerText('Hello\r\nBcc: eve@example.org\u2028x\u0085y\0z')).toBe('Hello Bcc: eve@example.org x y z');
  });
});

describe('addresses of our own', () => {
  const tenantId = newId();
  const id = newId();
  const keys = signer('a secret that is long enough to be one');

  it('fit into a local part, in letters and digits that survive a change of case', () => {
    for (const purpose of ['reply', 'bounce'] as const) {
      const local = tokenLocalPart(keys, purpose, tenantId, id);
      expect(local).toMatch(new RegExp(`^${purpose}\\+[a-z2-7]{55}$`));
      expect(local.length).toBeLessThanOrEqual(64);
      expect(mailAddress(`${local}@example.org`)).toBe(`${local}@example.org`);
      const target = openAddress(keys, `${local.toUpperCase()}@EXAMPLE.ORG`);
      expect(target).toEqual({ purpose, tenantId, handle: Buffer.from(id.replaceAll('-', ''), 'hex').subarray(8) });
    }
  });

  it('are refused when any character is changed, for the other purpose, and under another secret', () => {
    const local = tokenLocalPart(keys, 'reply', tenantId, id);
    // The last character carries two bits of padding beside its three, so it is left out.
    for (let at = 'reply+'.length; at < local.length - 1; at++) {
      const changed = `${local.slice(0, at)}${local[at] === 'a' ? 'b' : 'a'}${local.slice(at + 1)}`;
      expect(openAddress(keys, `${changed}@example.org`)).toBeNull();
    }
    expect(openAddress(keys, `${local.replace('reply', 'bounce')}@example.org`)).toBeNull();
    expect(openAddress(signer('another secret that is long enough'), `${local}@example.org`)).toBeNull();
    expect(
      openAddress(
        signer('another secret that is long enough', 'a secret that is long enough to be one'),
        `${local}@example.org`,
      )?.tenantId,
    ).toBe(tenantId);
  });

  it.each(['reply@example.org', 'reply+@example.org', 'reply+abc@example.org', 'postmaster@example.org', ''])(
    '%j is none of ours',
    (address) => expect(openAddress(keys, address)).toBeNull(),
  );
});
