import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { newId } from '../ids.js';
import { type MailboxMessage, MessageFile } from './mailbox.js';

describe('MessageFile', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'hearback-mailbox-'));
  const file = path.join(dir, 'messages');
  afterEach(() => rmSync(file, { force: true }));
  afterAll(() => rmSync(dir, { recursive: true }));

  const mail = (to: string, size = 10): MailboxMessage => ({
    id: newId(),
    date: new Date().toISOString(),
    from: 'Žofie <a@example.org>',
    to: [to],
    subject: `für ${to}`,
    text: 'ä\n'.repeat(size),
    html: '',
    headers: { subject: 'x' },
  });
  const names = (store: MessageFile): string[] => store.entries('').flatMap((entry) => entry.to);

  it('keeps everything over a restart, also entries longer than its buffer', async () => {
    let store = await MessageFile.open(dir);
    const mails = [
      mail('one@x.test'),
      mail('two@x.test', 100_000),
      { ...mail('three@x.test'), subject: 'ß'.repeat(50_000) },
    ];
    for (const one of mails) await store.append(one);
    await store.close();
    store = await MessageFile.open(dir);
    expect(names(store)).toEqual(['one@x.test', 'two@x.test', 'three@x.test']);
    for (const one of mails) expect(await store.read(one.id)).toEqual(one);
    await store.append(mail('four@x.test'));
    await store.close();
    store = await MessageFile.open(dir);
    expect(names(store)).toHaveLength(4);
    expect(store.entries('FOUR@')).toHaveLength(1);
    expect(await store.read(newId())).toBeNull();
    await store.close();
  });

  it.each(['{"id":', '{"id":"x","date":"","from":"","to":[],"subject":"","length":500}\n{"half', 'nonsense\n'])(
    'cuts off what a kill left half-written: %j',
    async (rest) => {
      let store = await MessageFile.open(dir);
      await store.append(mail('one@x.test'));
      await store.close();
      const { size } = statSync(file);
      appendFileSync(file, rest);
      store = await MessageFile.open(dir);
      expect(statSync(file).size).toBe(size);
      const next = mail('two@x.test');
      await store.append(next);
      expect(await store.read(next.id)).toEqual(next);
      await store.close();
      store = await MessageFile.open(dir);
      expect(names(store)).toEqual(['one@x.test', 'two@x.test']);
      await store.close();
    },
  );

  it('forgets the oldest above its number, and gives their space back', async () => {
    let store = await MessageFile.open(dir, 5, 3);
    const mails = Array.from({ length: 20 }, (_, number) => mail(`n${number}@x.test`));
    await Promise.all(mails.map((one) => store.append(one)));
    expect(names(store)).toEqual(['n15@x.test', 'n16@x.test', 'n17@x.test', 'n18@x.test', 'n19@x.test']);
    for (const one of mails.slice(15)) expect(await store.read(one.id)).toEqual(one);
    expect(await store.read(mails[3]?.id ?? '')).toBeNull();
    expect(statSync(file).size).toBeLessThan(9 * 600);
    await store.close();
    store = await MessageFile.open(dir, 5, 3);
    expect(names(store)).toHaveLength(5);
    await store.close();
  });
});
