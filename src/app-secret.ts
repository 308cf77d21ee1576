import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from './config.js';

/** Without APP_SECRET one is made once and kept beside the data, so that links and sessions survive a restart. */
export function withSecret(config: Config): Config {
  if (config.appSecrets.length > 0) return config;
  const file = join(config.dataDir, 'app-secret');
  mkdirSync(config.dataDir, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return config.with({ appSecrets: [readFileSync(file, 'utf8').trim()] });
}
