import { type TestApp, startApp } from './support/app.js';

describe('identity', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await startApp();
  });
  afterAll(() => t.close());

  it('signs up an organization whose admin can sign in at once', async () => {
    const admin = await t.signUp('Acme');
    const me = await admin.get('/me').expect(200);
    expect(me.body).toMatchObject({ role: 'admin', organization: { name: 'Acme' } });
  });

  it('answers a sign-up with a known address like any other and changes nothing', async () => {
    const admin = await t.signUp('First');
    const before = await t.sql('select count(*)::int as n from tenants');
    const answer = await t.http
      .post('/api/v1/signup')
      .send({ organization: 'Second', name: 'X', email: admin.email.toUpperCase(), password: 'another long password' })
      .expect(201);
    expect(answer.body.organization.name).toBe('Second');
    expect(await t.sql('select count(*)::int as n from tenants')).toEqual(before);
  });

  it('refuses short and common passwords with the field', async () => {
    const body = { organization: 'A', name: 'B', email: 'short@example.test' };
    const short = await t.http
      .post('/api/v1/signup')
      .send({ ...body, password: 'short' })
      .expect(422);
    expect(short.body).toMatchObject({ code: 'input.invalid', errors: [{ path: 'password' }] });
    await t.http
      .post('/api/v1/signup')
      .send({ ...body, password: 'password12345' })
      .expect(422);
    await t.http
      .post('/api/v1/signup')
      .send({ ...body, password: 'aaaaaaaaaaaaaa' })
      .expect(422);
  });

  it('refuses cookie writes that did not come from our own page', async () => {
    const admin = await t.signUp();
    const cookie = (
      await t.http.post('/api/v1/session').send({ email: admin.email, password: 'correct horse battery' })
    ).headers['set-cookie'];
    const send = () => t.http.post('/api/v1/teams').set('cookie', String(cookie)).send({ name: 'Care' });
    expect((await send().expect(403)).body.code).toBe('session.origin');
    await send().set('x-requested-with', 'hearback').set('origin', 'https://evil.example').expect(403);
    await send().set('x-requested-with', 'hearback').set('origin', t.config.publicUrl).expect(201);
  });

  it('lets an admin add people, and nobody else', async () => {
    const admin = await t.signUp();
    const agent = await t.colleague(admin, 'agent');
    expect(
      (await agent.post('/users', { email: 'x@example.test', name: 'X', role: 'agent' }).expect(403)).body.code,
    ).toBe('access.role');
    await agent.get('/users').expect(200);
  });

  it('keeps at least one admin', async () => {
    const admin = await t.signUp();
    expect((await admin.patch(`/users/${admin.userId}`, { role: 'viewer' }).expect(409)).body.code).toBe(
      'user.last_admin',
    );
  });

  it('answers a foreign person like an unknown one', async () => {
    const [a, b] = [await t.signUp(), await t.signUp()];
    await a.patch(`/users/${b.userId}`, { name: 'Mine now' }).expect(404);
    expect((await a.get('/users')).body.items).toHaveLength(1);
  });

  it('shows a key once, works with it within its scopes, and not after revoking', async () => {
    const admin = await t.signUp();
    const program = await t.program(admin, ['teams:read']);
    await program.get('/teams').expect(200);
    expect((await program.get('/users').expect(403)).body.code).toBe('api_key.scope');
    await program.post('/teams', { name: 'X' }).expect(403);
    const [key] = (await admin.get('/api-keys').expect(200)).body.items;
    expect(key.secret).toBeUndefined();
    await admin.delete(`/api-keys/${key.id}`).expect(204);
    await program.get('/teams').expect(401);
  });

  it('raises the version with each change and refuses an old one', async () => {
    const admin = await t.signUp();
    const { version } = (await admin.get('/organization')).body;
    await admin.patch('/organization', { name: 'New name', version }).expect(200);
    expect((await admin.patch('/organization', { name: 'Newer', version }).expect(409)).body.code).toBe(
      'organization.version',
    );
    const changed = await admin.patch('/organization', { brand: { color: '#ffdd00' } }).expect(200);
    expect(changed.body.notices).toHaveLength(1);
    expect(changed.body.brand.color).not.toBe('#ffdd00');
  });

  it('replays a POST with the same Idempotency-Key without its secrets, and refuses another body', async () => {
    const admin = await t.signUp();
    const send = (name: string) => admin.post('/api-keys', { name }).set('idempotency-key', 'k1');
    const first = await send('one').expect(201);
    const again = await send('one').expect(201);
    expect(again.body.id).toBe(first.body.id);
    expect(again.body.secret).toBeUndefined();
    await send('two').expect(422);
    expect((await admin.get('/api-keys')).body.items).toHaveLength(1);
  });

  it('locks an account for a while after ten wrong passwords, also for the right one', async () => {
    const admin = await t.signUp();
    for (let n = 0; n < 10; n += 1)
      await t.http.post('/api/v1/session').send({ email: admin.email, password: 'wrong' }).expect(401);
    const refused = await t.http
      .post('/api/v1/session')
      .send({ email: admin.email, password: 'correct horse battery' })
      .expect(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  it('refuses malformed, NUL-carrying and too large bodies', async () => {
    await t.http.post('/api/v1/session').set('content-type', 'application/json').send('{"email":').expect(400);
    await t.http.post('/api/v1/session').send({ email: 'a\0b', password: 'x' }).expect(400);
    await t.http
      .post('/api/v1/session')
      .send({ email: 'a', password: 'x'.repeat(300_000) })
      .expect(413);
  });

  const mailTo = async (email: string, subject: RegExp) => {
    await t.runJobs();
    const mails: { subject: string; text: string }[] = (
      await t.http.get(`/dev/mailbox/messages?to=${encodeURIComponent(email)}`).expect(200)
    ).body;
    return mails.filter((mail) => subject.test(mail.subject)).at(-1);
  };
  const tokenIn = (text: string | undefined) => /token=([\w-]+)/.exec(text ?? '')?.[1] ?? '';

  it('invites a person by mail, who chooses a password once and signs in', async () => {
    const admin = await t.signUp('Inviters');
    await admin.post('/users', { email: 'new@example.test', name: 'New Person', role: 'agent' }).expect(201);
    const token = tokenIn((await mailTo('new@example.test', /Join Inviters/))?.text);
    const set = (password: string) => t.http.post('/api/v1/password/reset').send({ token, password });
    await set('a long enough phrase').expect(204);
    await set('another long phrase').expect(403);
    const me = await t.http
      .post('/api/v1/session')
      .send({ email: 'new@example.test', password: 'a long enough phrase' })
      .expect(200);
    expect(me.body).toMatchObject({ name: 'New Person', role: 'agent', organization: { name: 'Inviters' } });
  });

  it('lets nobody in who signed up with an address before it was invited, but the reader of its mail', async () => {
    const guess = 'what the stranger chose';
    const email = 'claimed@example.test';
    const stranger = { organization: 'Strangers', name: 'Stranger', email, password: guess };
    await t.http.post('/api/v1/signup').send(stranger).expect(201);
    const early = await t.http.post('/api/v1/session').send({ email, password: guess }).expect(200);
    const admin = await t.signUp('Careful');
    await admin.post('/users', { email, name: 'Real Person', role: 'admin' }).expect(201);

    const signIn = (password: string, organizationId: string) =>
      t.http.post('/api/v1/session').send({ email, password, organizationId });
    await signIn(guess, admin.tenantId).expect(401);
    // What they had of their own is not taken from them by an invitation either.
    await t.http
      .get('/api/v1/me')
      .set('cookie', String(early.headers['set-cookie']).split(';')[0] ?? '')
      .expect(200);
    const token = tokenIn((await mailTo(email, /Join Careful/))?.text);
    await t.http.post('/api/v1/password/reset').send({ token, password: 'what the owner chose' }).expect(204);
    await t.http
      .post('/api/v1/session')
      .send({ email, password: 'what the owner chose', organizationId: admin.tenantId })
      .expect(200);

    await t.http.post('/api/v1/session').send({ email, password: guess }).expect(401);

    // From now on the address is known to be theirs: a further organization changes nothing for them.
    const other = await t.signUp('Others');
    await other.post('/users', { email, name: 'Real Person', role: 'viewer' }).expect(201);
    await t.http.post('/api/v1/session').send({ email, password: 'what the owner chose' }).expect(200);
  });

  it('ends the other links of a person whose password is set', async () => {
    const admin = await t.signUp();
    const ask = () => t.http.post('/api/v1/password/forgot').send({ email: admin.email }).expect(202);
    await ask();
    const first = tokenIn((await mailTo(admin.email, /new password/))?.text);
    await t.sql(`update deliveries set step = step - 1 where kind = 'user_reset' and to_address = $1`, [admin.email]);
    await t.sql(`delete from jobs where name = 'mail.deliver' and state = 'done'`);
    await ask();
    const second = tokenIn((await mailTo(admin.email, /new password/))?.text);
    expect(second).not.toBe(first);
    await t.http.post('/api/v1/password/reset').send({ token: second, password: 'a brand new phrase' }).expect(204);
    await t.http.post('/api/v1/password/reset').send({ token: first, password: 'another new phrase' }).expect(403);
  });

  it('keeps an admin when two of them demote each other at the same moment', async () => {
    const one = await t.signUp();
    const other = await t.colleague(one, 'admin');
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([
        one.patch(`/users/${other.userId}`, { role: 'viewer' }),
        other.patch(`/users/${one.userId}`, { role: 'viewer' }),
      ]);
      const admins = await t.sql(`select 1 from memberships where tenant_id = $1 and role = 'admin'`, [one.tenantId]);
      expect(admins.length).toBeGreaterThan(0);
      await t.sql(`update memberships set role = 'admin' where tenant_id = $1`, [one.tenantId]);
    }
  });

  it('takes no form of another site for a sign-in', async () => {
    const admin = await t.signUp();
    const refused = await t.http
      .post('/api/v1/session')
      .type('form')
      .send({ email: admin.email, password: 'correct horse battery' })
      .expect(415);
    expect(refused.headers['set-cookie']).toBeUndefined();
  });

  it('answers a forgotten password alike for known and unknown addresses, and mails only the known', async () => {
    const admin = await t.signUp();
    const ask = (email: string) => t.http.post('/api/v1/password/forgot').send({ email }).expect(202);
    expect((await ask(admin.email)).body).toEqual((await ask('nobody@example.test')).body);
    const token = tokenIn((await mailTo(admin.email, /new password/))?.text);
    expect(await mailTo('nobody@example.test', /./)).toBeUndefined();
    await t.http.post('/api/v1/password/reset').send({ token, password: 'a brand new phrase' }).expect(204);
    await admin.get('/me').expect(401);
    await t.http.post('/api/v1/session').send({ email: admin.email, password: 'a brand new phrase' }).expect(200);
  });

  it('tells the owner of an address that somebody signed up with it', async () => {
    const admin = await t.signUp();
    await t.http
      .post('/api/v1/signup')
      .send({ organization: 'Again', name: 'X', email: admin.email, password: 'another long password' })
      .expect(201);
    expect(await mailTo(admin.email, /already have/)).toBeDefined();
  });
});
