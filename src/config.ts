import { z } from 'zod';

/** Everything the process was told, checked once. The only reader of the environment is `loadConfig`. */
export class Config {
  readonly port!: number;
  readonly host!: string;
  /** Base of every link we send, without a trailing slash. */
  readonly publicUrl!: string;
  /** Null: embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl!: string | null;
  readonly databaseAdminUrl!: string | null;
  readonly redisUrl!: string | null;
  /** Null: the built-in mailbox. */
  readonly smtpUrl!: string | null;
  readonly mailFrom!: string | null;
  /** Null: off, or a free port with the built-in mailbox. */
  readonly inboundSmtpPort!: number | null;
  /** Domains that any organization may send from without proof in DNS; for closed networks. */
  readonly mailTrustedDomains!: string[];
  /** First signs, all verify. Empty: generated once into `dataDir` (see main.ts). */
  readonly appSecrets!: string[];
  readonly dataDir!: string;
  /** Whether comments are also read by sentence vectors: better, and 300 MB of memory more. */
  readonly sentenceVectors!: boolean;
  readonly role!: 'all' | 'web' | 'worker';
  readonly seed!: 'demo' | 'none';
  readonly signup!: 'open' | 'invite';
  readonly trustedProxies!: string[];
  readonly metricsToken!: string | null;
  readonly production!: boolean;

  static of(values: Omit<Config, 'with' | 'runsWeb' | 'runsJobs'>): Config {
    return Object.freeze(Object.assign(new Config(), values));
  }

  with(changes: Partial<Omit<Config, 'with' | 'runsWeb' | 'runsJobs'>>): Config {
    return Object.freeze(Object.assign(new Config(), this, changes));
  }

  get runsWeb(): boolean {
    return this.role !== 'worker';
  }

  get runsJobs(): boolean {
    return this.role !== 'web';
  }
}

/** Settings that cannot work: one sentence each. The start prints them and exits with 78 (EX_CONFIG of sysexits.h). */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

const url = (...protocols: string[]) =>
  z
    .string()
    .trim()
    .refine((v) => URL.canParse(v) && protocols.includes(new URL(v).protocol), {
      error: `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    });

const cidr = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)(?:\/\d{1,3})?$/;

const Environment = z.object({
  PORT: z.coerce.number({ error: 'must be a port number from 0 to 65535' }).int().min(0).max(65535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: url('http:', 'https:').optional(),
  DATABASE_URL: url('postgres:', 'postgresql:').optional(),
  DATABASE_ADMIN_URL: url('postgres:', 'postgresql:').optional(),
  REDIS_URL: url('redis:', 'rediss:').optional(),
  SMTP_URL: url('smtp:', 'smtps:').optional(),
  MAIL_FROM: z.string().trim().min(3).optional(),
  MAIL_TRUSTED_DOMAINS: z.string().optional(),
  INBOUND_SMTP_PORT: z.coerce
    .number({ error: 'must be a port number from 1 to 65535' })
    .int()
    .min(1)
    .max(65535)
    .optional(),
  APP_SECRET: z.string().optional(),
  DATA_DIR: z.string().min(1).default('.data'),
  SENTENCE_VECTORS: z.enum(['on', 'off'], { error: 'must be on or off' }).default('on'),
  ROLE: z.enum(['all', 'web', 'worker'], { error: 'must be all, web or worker' }).default('all'),
  SEED: z.enum(['demo', 'none'], { error: 'must be demo or none' }).optional(),
  SIGNUP: z.enum(['open', 'invite'], { error: 'must be open or invite' }).optional(),
  TRUSTED_PROXIES: z.string().optional(),
  METRICS_TOKEN: z.string().optional(),
  NODE_ENV: z.string().optional(),
});

/** @throws ConfigError with one sentence per wrong or missing setting */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  // An empty variable is an unset one: that is how compose files and shells leave things out.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Environment.safeParse(set);
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${lowerFirst(issue.message)}.`));
  const e = parsed.data;
  const production = e.NODE_ENV === 'production';
  const secrets = (e.APP_SECRET ?? '')
    .split(',')
    .map((s) => s.trim())
    .filter(Boolean);
  const proxies = (e.TRUSTED_PROXIES ?? '')
    .split(',')
    .map((s) => s.trim())
    .filter(Boolean);
  const publicUrl = (e.PUBLIC_URL ?? `http://localhost:${e.PORT}`).replace(/\/+$/, '');
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(publicUrl).hostname);

  const problems: string[] = [];
  if (production && secrets.some((s) => s.length < 32))
    problems.push('APP_SECRET must have at least 32 characters in each secret.');
  if (production && secrets.length === 0)
    problems.push('APP_SECRET is required in production; set 32 or more random characters.');
  if (production && !e.SMTP_URL)
    problems.push('SMTP_URL is required in production; the built-in mailbox is for trying out only.');
  if (e.SMTP_URL && !e.MAIL_FROM)
    problems.push('MAIL_FROM is required with SMTP_URL; set the address that mails come from.');
  if (e.MAIL_FROM && !/^[^\s<>@,;]+@[^\s<>@,;]+$|^[^<>\r\n]*<[^\s<>@,;]+@[^\s<>@,;]+>$/.test(e.MAIL_FROM))
    problems.push('MAIL_FROM must be one address, such as feedback@example.org or "Acme <feedback@example.org>".');
  if (e.ROLE !== 'all' && !e.DATABASE_URL)
    problems.push(`ROLE=${e.ROLE} needs DATABASE_URL; the embedded database serves one process only.`);
  if (e.ROLE !== 'all' && !e.REDIS_URL)
    problems.push(`ROLE=${e.ROLE} needs REDIS_URL; without Redis, jobs run in the process that serves the web.`);
  if (e.DATABASE_ADMIN_URL && !e.DATABASE_URL)
    problems.push('DATABASE_ADMIN_URL needs DATABASE_URL; the embedded database has its own owner.');
  if (production && new URL(publicUrl).protocol === 'http:' && !loopback)
    problems.push('PUBLIC_URL must start with https:// in production, or cookies and links travel unprotected.');
  for (const proxy of proxies)
    if (!cidr.test(proxy)) problems.push(`TRUSTED_PROXIES has "${proxy}", which is not an address or a CIDR range.`);
  if (problems.length > 0) throw new ConfigError(problems);

  return Config.of({
    port: e.PORT,
    host: e.HOST,
    publicUrl,
    databaseUrl: e.DATABASE_URL ?? null,
    databaseAdminUrl: e.DATABASE_ADMIN_URL ?? null,
    redisUrl: e.REDIS_URL ?? null,
    smtpUrl: e.SMTP_URL ?? null,
    mailFrom: e.MAIL_FROM ?? null,
    mailTrustedDomains: (e.MAIL_TRUSTED_DOMAINS ?? '')
      .split(',')
      .map((s) => s.trim().toLowerCase())
      .filter(Boolean),
    inboundSmtpPort: e.INBOUND_SMTP_PORT ?? null,
    appSecrets: secrets,
    dataDir: e.DATA_DIR,
    sentenceVectors: e.SENTENCE_VECTORS === 'on',
    role: e.ROLE,
    seed: e.SEED ?? (e.DATABASE_URL ? 'none' : 'demo'),
    signup: e.SIGNUP ?? (e.DATABASE_URL ? 'invite' : 'open'),
    trustedProxies: proxies,
    metricsToken: e.METRICS_TOKEN ?? null,
    production,
  });
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
