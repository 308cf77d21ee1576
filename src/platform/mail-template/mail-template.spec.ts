import { type MailFrame, renderMail } from './mail-template.js';

const frame = (name: string, more: Partial<MailFrame> = {}): MailFrame => ({
  brand: { name: 'Acme' },
  locale: 'en',
  dir: 'ltr',
  preview: 'Hello',
  blocks: [
    { kind: 'text', text: `Hello ${name}` },
    { kind: 'button', label: 'Open', href: 'https://acme.example/a?b=1&c="2"' },
  ],
  footer: [{ kind: 'links', links: [{ label: 'Stop', href: 'https://acme.example/u' }] }],
  ...more,
});

describe('renderMail', () => {
  it('shows what people write as text, whatever it looks like', async () => {
    const { html, text } = await renderMail(frame('<script>alert(1)</script> ⟦0⟧ {organization} <mj-raw>\nnext'));
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; 0 {organization} &lt;mj-raw&gt;<br>next');
    expect(html).not.toContain('<script');
    expect(text).toContain('Hello <script>');
    expect(html).toContain('href="https://acme.example/a?b=1&amp;c=&quot;2&quot;"');
  });

  it('keeps nothing of one recipient for the next', async () => {
    const first = await renderMail(frame('Ana'));
    const second = await renderMail(frame('Bea'));
    expect(second.html).toBe(first.html.replaceAll('Ana', 'Bea'));
    expect(second.html).not.toContain('Ana');
  });

  it('refuses links that are not web addresses', async () => {
    const blocks = [{ kind: 'button' as const, label: 'x', href: 'javascript:alert(1)' }];
    await expect(renderMail(frame('Ana', { blocks }))).rejects.toThrow('web addresses');
  });

  it('sets language and direction, and takes only a plain colour', async () => {
    const { html } = await renderMail(
      frame('آنا', { locale: 'ar', dir: 'rtl', brand: { name: 'Acme', color: 'red;background:url(x)' } }),
    );
    expect(html).toContain('lang="ar"');
    expect(html).toContain('dir="rtl"');
    expect(html).not.toContain('url(x)');
  });

  it('wraps the plain text, keeps links whole, and says where to stop', async () => {
    const { text } = await renderMail(frame('word '.repeat(40)));
    const lines = text.split('\n').filter((line) => !line.startsWith('http'));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(76);
    expect(text).toContain('\n-- \nStop:\nhttps://acme.example/u\n');
  });
});
