import { parseArgs } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module.js';
import { ConfigError, loadConfig } from './config.js';
import { withSecret } from './app-secret.js';
import { openDatabase } from './open-database.js';
import { Organizations } from './identity/organizations.service.js';
import { SignIns } from './identity/sign-ins.service.js';
import { AppError } from './platform/errors.js';

const USAGE = `Usage:
  npm run tenant -- create --organization NAME --name "FIRST LAST" --email ADDRESS
  npm run user -- reset ADDRESS
`;

/** The commands of an operator: a new organization, and a link for a new password. Prints a link; sets the exit code. */
export async function operate(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { organization: { type: 'string' }, name: { type: 'string' }, email: { type: 'string' } },
  });
  const [subject, verb, email] = positionals;
  try {
    if (subject === 'user' && verb === 'reset' && email)
      await within(async (app) =>
        say(`A new password can be chosen here, once, for 1 hour: ${await app.get(SignIns).resetLink(email)}`),
      );
    else if (subject === 'tenant' && verb === 'create' && values.organization && values.name && values.email) {
      const input = { organization: values.organization, name: values.name, email: values.email };
      await within(async (app) =>
        say(
          `${input.organization} is there. Its admin chooses a password here, once, within 7 days: ${await app.get(Organizations).foundByOperator(input)}`,
        ),
      );
    } else {
      process.stderr.write(USAGE);
      process.exitCode = 64;
    }
  } catch (error) {
    if (!(error instanceof AppError) && !(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = error instanceof ConfigError ? 78 : 1;
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function within(work: (app: INestApplicationContext) => Promise<void>): Promise<void> {
  const config = withSecret(loadConfig(process.env));
  const closers: (() => Promise<unknown>)[] = [];
  try {
    const url = await openDatabase(config, (step) => closers.unshift(step));
    const app = await NestFactory.createApplicationContext(AppModule.with(config, url), {
      logger: ['error', 'warn'],
      abortOnError: false,
    });
    closers.unshift(() => app.close());
    await work(app);
  } finally {
    for (const close of closers) await close();
  }
}
