import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { dkimProblem, dkimRecord, dkimSigner, newDkimKey } from './dkim.js';
import { MailDns } from './dns.js';
import { type SenderFacts, checkSender, isDisproven, isProven } from './sender-check.js';

const MAIL = [
  'From: =?utf-8?q?Acme_=C3=BC?= <care@acme.example>',
  'To: ada@example.org',
  'Subject: How  was\r\n\tit?',
  'Message-ID: <1@acme.example>',
  'Date: Sun, 01 Mar 2026 09:00:00 +0000',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'List-Unsubscribe: <https://feedback.acme.example/u/token>',
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  '',
  'Gr\u00fc\u00dfe  \t from us. \t',
  '.leading dot',
  '',
  '',
  '',
].join('\r\n');

describe('DKIM', () => {
  let key: Awaited<ReturnType<typeof newDkimKey>>;
  const answers = new Map<string, string[]>();
  const resolver = (name: string) =>
    answers.has(name)
      ? Promise.resolve((answers.get(name) ?? []).map((value) => value.match(/.{1,200}/g) ?? []))
      : Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }));
  const sign = async (mail: string) =>
    Buffer.concat([
      Buffer.from(await dkimSigner({ domain: 'acme.example', ...key })(Buffer.from(mail))),
      Buffer.from(mail),
    ]);
  const verdict = async (mail: Buffer) => (await dkimVerify(mail, { resolver })).results[0]?.status.result;

  beforeAll(async () => {
    key = await newDkimKey();
    const record = dkimRecord('acme.example', key);
    answers.set(record.name, [record.value]);
  });

  it('signs so that an independent program agrees, whatever the body', async () => {
    for (const mail of [
      MAIL,
      MAIL.trimEnd(),
      `${MAIL.split('\r\n\r\n')[0]}\r\n\r\n`,
      `${MAIL}${'x '.repeat(40_000)}\r\n\r\n`,
    ]) {
      const signed = await sign(mail);
      expect(await verdict(signed)).toBe('pass');
      for (const line of signed.toString().split('\r\n\tb=')[0]?.split('\r\n') ?? [])
        expect(line.length).toBeLessThan(998);
    }
  });

  it('covers both headers of one-click unsubscribe, and a second From', async () => {
    const signed = (await sign(MAIL)).toString();
    for (const [from, to] of [
      ['https://feedback.acme.example/u/', 'https://evil.example/u/'],
      ['List-Unsubscribe=One-Click', 'List-Unsubscribe=Other'],
      ['How  was', 'How is'],
      ['leading dot', 'leading dots'],
      ['To: ada@', 'From: eve@evil.example\r\nTo: ada@'],
    ] as const) {
      expect(signed).toContain(from);
      expect(await verdict(Buffer.from(signed.replace(from, to)))).not.toBe('pass');
    }
    // What relays may do.
    expect(
      await verdict(Buffer.from(`Received: from x by y\r\n${signed.replace('How  was\r\n\tit?', 'How was it?')}\r\n`)),
    ).toBe('pass');
  });

  it('tells what is wrong with a record', () => {
    const good = dkimRecord('acme.example', key).value;
    expect(dkimProblem(good, key.publicKey)).toBeNull();
    expect(dkimProblem(`${good.slice(0, 90)} "\t ${good.slice(90)};`.replace('"', ' '), key.publicKey)).toBeNull();
    expect(dkimProblem(good.slice(0, 255), key.publicKey)).toBe('other_key');
    expect(dkimProblem('v=DKIM1; k=rsa; p=', key.publicKey)).toBe('revoked');
    expect(dkimProblem(`${good}; t=y:s`, key.publicKey)).toBe('testing');
    expect(dkimProblem('v=spf1 -all', key.publicKey)).toBe('not_dkim');
  });
});

describe('the check of a sender domain', () => {
  const dns = new MailDns();
  let zone: Record<string, string[] | 'timeout'>;
  dns.use((name) => {
    const found = zone[name];
    if (found === 'timeout') return Promise.reject(Object.assign(new Error('timeout'), { code: 'ETIMEOUT' }));
    return found
      ? Promise.resolve(found.map((one) => [one]))
      : Promise.reject(Object.assign(new Error('none'), { code: 'ENODATA' }));
  });
  let facts: SenderFacts;
  const states = async () => Object.fromEntries((await checkSender(facts, dns)).map((one) => [one.key, one.state]));
  const about = async (key: string) => (await checkSender(facts, dns)).find((one) => one.key === key);

  beforeAll(async () => {
    facts = {
      domain: 'mail.acme.example',
      ownershipToken: 'abc',
      key: await newDkimKey(),
      nextKey: null,
      returnPathDomain: 'hearback.example',
    };
  });
  beforeEach(() => {
    const record = dkimRecord(facts.domain, facts.key);
    zone = {
      '_hearback.mail.acme.example': ['hearback-verify=abc'],
      [record.name]: [record.value],
      '_dmarc.acme.example': ['v=DMARC1; p=reject; rua=mailto:x@acme.example'],
    };
  });

  it('finds everything in place, DMARC of the domain above among it', async () => {
    expect(await states()).toEqual({ ownership: 'ok', dkim: 'ok', spf: 'ok', dmarc: 'ok', alignment: 'ok' });
    expect(isProven(await checkSender(facts, dns))).toBe(true);
  });

  it('finds nothing, and no word', async () => {
    zone = {};
    expect(await states()).toEqual({
      ownership: 'missing',
      dkim: 'missing',
      spf: 'ok',
      dmarc: 'missing',
      alignment: 'wrong',
    });
    const missing = await checkSender(facts, dns);
    expect([isProven(missing), isDisproven(missing)]).toEqual([false, true]);
    zone = Object.fromEntries(
      [
        `_hearback.${facts.domain}`,
        dkimRecord(facts.domain, facts.key).name,
        facts.domain,
        `_dmarc.${facts.domain}`,
      ].map((name) => [name, 'timeout' as const]),
    );
    const silent = await checkSender(facts, dns);
    expect(silent.slice(0, 4).map((one) => one.state)).toEqual(['unknown', 'unknown', 'unknown', 'unknown']);
    expect([isProven(silent), isDisproven(silent)]).toEqual([false, false]);
  });

  it('says what is wrong in words', async () => {
    zone['_hearback.mail.acme.example'] = ['hearback-verify=other'];
    expect(await about('ownership')).toMatchObject({
      state: 'wrong',
      message: expect.stringContaining('another value'),
    });
    delete zone['_hearback.mail.acme.example'];
    zone[facts.domain] = ['hearback-verify=abc'];
    expect(await about('ownership')).toMatchObject({
      state: 'missing',
      message: expect.stringContaining('belongs at'),
    });
    const { name } = dkimRecord(facts.domain, facts.key);
    zone[name] = ['v=DKIM1; p=AAAA', 'v=DKIM1; p=BBBB'];
    expect(await about('dkim')).toMatchObject({ state: 'wrong', message: expect.stringContaining('2 records') });
    zone[name] = [dkimRecord(facts.domain, await newDkimKey()).value];
    expect(await about('dkim')).toMatchObject({ state: 'wrong', message: expect.stringContaining('another key') });
    zone['_dmarc.acme.example'] = ['v=DMARC1; p=none'];
    expect(await about('dmarc')).toMatchObject({ state: 'note', message: expect.stringContaining('p=none') });
    zone['_dmarc.acme.example'] = ['v=DMARC1; p=none', 'v=DMARC1; p=reject'];
    expect(await about('dmarc')).toMatchObject({ state: 'wrong' });
  });

  it('judges SPF as trouble only where it is about the return path', async () => {
    zone[facts.domain] = ['v=spf1 -all', 'v=spf1 ~all'];
    expect(await about('spf')).toMatchObject({ state: 'note', message: expect.stringContaining('2 SPF records') });
    facts = { ...facts, returnPathDomain: facts.domain };
    expect(await about('spf')).toMatchObject({ state: 'wrong' });
    zone[facts.domain] = [`v=spf1 include:a.example include:b.example mx -all`];
    zone['a.example'] = ['v=spf1 a mx ptr exists:%{i}.x.example ~all'];
    zone['b.example'] = ['v=spf1 a:x.example/24 ip4:192.0.2.1 include:a.example redirect=a.example'];
    // 3 + 4 + 3: at the limit; a record that is included twice is counted once for what it includes.
    expect(await about('spf')).toMatchObject({ state: 'ok' });
    zone[facts.domain] = [`v=spf1 include:a.example include:b.example mx a -all`];
    expect(await about('spf')).toMatchObject({ state: 'wrong', message: expect.stringContaining('ten look-ups') });
    zone[facts.domain] = ['v=spf1 include:loop.example'];
    zone['loop.example'] = ['v=spf1 include:loop.example'];
    expect(await about('spf')).toMatchObject({ state: 'ok' });
  });
});
