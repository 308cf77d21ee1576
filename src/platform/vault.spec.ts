import { Config } from '../config.js';
import { Vault } from './vault.js';

const vault = (...appSecrets: string[]) => new Vault(Object.assign(new Config(), { appSecrets }));

describe('Vault', () => {
  it('opens what it sealed, with a nonce of its own each time', () => {
    const one = vault('first secret');
    const sealed = one.seal('dkim', 'private key ü');
    expect(sealed).not.toContain('private');
    expect(one.seal('dkim', 'private key ü')).not.toBe(sealed);
    expect(one.open('dkim', sealed)).toBe('private key ü');
  });

  it('opens under an older secret, not under another, for another purpose, or when changed', () => {
    const sealed = vault('old').seal('dkim', 'x');
    expect(vault('new', 'old').open('dkim', sealed)).toBe('x');
    expect(() => vault('new').open('dkim', sealed)).toThrow(expect.objectContaining({ code: 'secret.unreadable' }));
    expect(() => vault('old').open('webhook', sealed)).toThrow();
    for (let at = 12; at < sealed.length; at++) {
      const other = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1);
      // The last character of base64url may carry bits that mean nothing.
      if (Buffer.from(other.slice(12), 'base64url').equals(Buffer.from(sealed.slice(12), 'base64url'))) continue;
      expect(() => vault('old').open('dkim', other)).toThrow();
    }
    for (const bad of ['', 'v1', 'v2.00000000.AAAA', 'v1.zzzzzzzz.' + 'A'.repeat(60)])
      expect(() => vault('old').open('dkim', bad)).toThrow();
  });
});
