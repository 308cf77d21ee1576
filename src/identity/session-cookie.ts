import { parse } from 'cookie';
import type { Config } from '../config.js';

export function sessionCookieName(config: Config): string {
  return config.publicUrl.startsWith('https:') ? '__Host-hearback' : 'hearback';
}

/** The id of the session in a `Cookie` header, or undefined. */
export const sessionIdIn = (header: string | undefined, config: Config): string | undefined =>
  parse(header ?? '')[sessionCookieName(config)];
