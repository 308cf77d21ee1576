import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import request, { type Test } from 'supertest';
import { createApp } from '../../src/app.js';
import { Config, loadConfig } from '../../src/config.js';
import type { Role } from '../../src/platform/auth.js';
import { Readiness } from '../../src/platform/http/readiness.js';
import { Jobs } from '../../src/platform/jobs.js';
import { type TestDatabase, createDatabase } from './database.js';

/** Calls the API as one signed-in person or program. */
export interface Caller {
  tenantId: string;
  /** What makes a request this caller's, for requests that these methods cannot make. */
  headers: Record<string, string>;
  get(path: string): Test;
  post(path: string, body?: object): Test;
  put(path: string, body?: object): Test;
  patch(path: string, body?: object): Test;
  delete(path: string): Test;
}

export interface TestApp {
  app: NestFastifyApplication;
  config: Config;
  database: TestDatabase;
  /** Requests without credentials. */
  http: ReturnType<typeof request>;
  /** A new organization with one admin, who is signed in. */
  signUp(name?: string): Promise<Caller & { email: string; userId: string }>;
  /** Somebody of the same organization in another role, signed in. */
  colleague(admin: Caller, role: Role, name?: string): Promise<Caller & { email: string; userId: string }>;
  /** A program with an API key of `admin`'s organization. */
  program(admin: Caller, scopes?: string[]): Promise<Caller & { secret: string }>;
  /** Runs all work that is due, and what follows from it. */
  runJobs(): Promise<number>;
  /** SQL as a superuser, past row security: for assertions only. */
  sql<R extends pg.QueryResultRow = Record<string, unknown>>(text: string, values?: unknown[]): Promise<R[]>;
  close(): Promise<void>;
}

const PASSWORD = 'correct horse battery';
let people = 0;

/** The real app on a private database; background work runs only when a test says so (`runJobs`). */
export async function startApp(env: NodeJS.ProcessEnv = {}): Promise<TestApp> {
  const database = await createDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), 'hearback-test-'));
  const loaded = loadConfig({
    SIGNUP: 'open',
    SEED: 'none',
    DATA_DIR: dataDir,
    // A thread of 300 MB per file; the files that are about vectors turn it on.
    SENTENCE_VECTORS: 'off',
    APP_SECRET: 'test secret test secret test secret',
    ...env,
    DATABASE_URL: database.url,
  });
  const app = await createApp(loaded, database.url);
  await app.listen(0, '127.0.0.1');
  const port = (app.getHttpServer().address() as { port: number }).port;
  app.get(Readiness).ready = true;
  const origin = new URL(loaded.publicUrl).origin;
  const base = `http://127.0.0.1:${port}`;
  const admin = new pg.Pool({ connectionString: database.adminUrl, max: 2 });
  admin.on('error', () => undefined);

  const caller = (tenantId: string, headers: Record<string, string>): Caller => {
    const send = (method: 'get' | 'post' | 'put' | 'patch' | 'delete', path: string, body?: object): Test => {
      const test = request(base)[method](`/api/v1${path}`).set(headers);
      return body === undefined ? test : test.send(body);
    };
    return {
      tenantId,
      headers,
      get: (path) => send('get', path),
      post: (path, body) => send('post', path, body),
      put: (path, body) => send('put', path, body),
      patch: (path, body) => send('patch', path, body),
      delete: (path) => send('delete', path),
    };
  };

  const signIn = async (email: string): Promise<Caller & { email: string; userId: string }> => {
    const answer = await request(base).post('/api/v1/session').send({ email, password: PASSWORD }).expect(200);
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
    return {
      ...caller(answer.body.organization.id, { cookie, origin, 'x-requested-with': 'hearback' }),
      email,
      userId: answer.body.id,
    };
  };

  return {
    app,
    config: loaded,
    database,
    http: request(base),
    async signUp(name = `Organization ${(people += 1)}`) {
      const email = `admin${(people += 1)}@example.test`;
      await request(base)
        .post('/api/v1/signup')
        .send({ organization: name, name: 'Ada Admin', email, password: PASSWORD })
        .expect(201);
      return signIn(email);
    },
    async colleague(adminCaller, role, name = `The ${role}`) {
      const email = `${role}${(people += 1)}@example.test`;
      await adminCaller.post('/users', { email, name, role, password: PASSWORD }).expect(201);
      return signIn(email);
    },
    async program(adminCaller, scopes) {
      const answer = await adminCaller.post('/api-keys', { name: 'test', ...(scopes ? { scopes } : {}) }).expect(201);
      return {
        ...caller(adminCaller.tenantId, { authorization: `Bearer ${answer.body.secret}` }),
        secret: answer.body.secret,
      };
    },
    runJobs: () => app.get(Jobs).drain(),
    async sql(text, values) {
      return (await admin.query(text, values)).rows;
    },
    async close() {
      await app.close();
      await admin.end();
      await database.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
