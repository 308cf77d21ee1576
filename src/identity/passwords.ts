import { hash, verify } from '@node-rs/argon2';
import { invalid } from '../platform/errors.js';

/** argon2id with OWASP's first choice of parameters: 19 MiB, two passes, one lane. */
const OPTIONS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFC'), OPTIONS);

let decoy: Promise<string> | null = null;

/** Takes as long for an account without a password (or none at all) as for one with a wrong password. */
export async function passwordMatches(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('nobody has this password');
  const matches = await verify(stored ?? (await decoy), password.normalize('NFC'));
  return stored !== null && matches;
}

const COMMON =
  /^(?:(.)\1+|(?:0?1234567890?)+\d*|(?:qwertz?y?uiop?)+\d*|(?:password|passwort|motdepasse|contrase[nñ]a|letmein|iloveyou|welcome|admin|hearback)[\d!.?]*|(?:abcdefghijkl?m?n?o?)+\d*)$/i;

/** @throws AppError 422 for passwords that are guessed first: one repeated or counted-up, a common word with digits, or the person's own name */
export function requireGoodPassword(password: string, about: string[], path = 'password'): void {
  const plain = password.toLowerCase();
  const own = about.map((text) => text.toLowerCase()).filter((text) => text.length >= 4);
  if (COMMON.test(plain) || own.some((text) => plain === text || plain.replace(/[\d!.?]+$/, '') === text))
    throw invalid(
      path,
      'This password is among the first that are guessed. Use several unrelated words.',
      'password.common',
    );
}
