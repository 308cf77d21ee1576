import type { Response } from 'supertest';
import { Journeys } from '../src/journeys/journeys.service.js';
import { Db } from '../src/platform/db.js';
import { type Caller, type TestApp, startApp } from './support/app.js';

let t: TestApp;
let acme: Caller & { userId: string };
let other: Caller & { userId: string };

beforeAll(async () => {
  t = await startApp();
  acme = await t.signUp('Acme');
  other = await t.signUp('Other');
});
afterAll(() => t.close());

const touchpoint = (key: string, more: object = {}) => ({
  key,
  name: `The ${key}`,
  stage: 'Use',
  area: 'process',
  ...more,
});

it('starts a new organization with one journey', async () => {
  const { body } = await acme.get('/journeys').expect(200);
  expect(body).toMatchObject({
    items: [{ key: 'customer-journey', name: 'Customer journey', isDefault: true, stages: [] }],
    nextCursor: null,
  });
});

it('adds touchpoints to the default journey and makes unknown stages', async () => {
  const shop = await t.signUp();
  const { body } = await shop.post('/touchpoints', touchpoint('delivery', { stage: 'Receive' })).expect(201);
  expect(body).toMatchObject({
    key: 'delivery',
    journeyKey: 'customer-journey',
    stage: 'Receive',
    position: 1,
    area: 'process',
    teamId: null,
    ownerId: null,
    version: 1,
  });
  await shop.post('/touchpoints', touchpoint('support')).expect(201);
  await shop.post('/touchpoints', touchpoint('unboxing', { stage: 'Receive' })).expect(201);
  const journey = (await shop.get('/journeys')).body.items[0];
  expect(journey.stages.map((stage: { name: string }) => stage.name)).toEqual(['Receive', 'Use']);
  const keys = (await shop.get('/touchpoints')).body.items.map((item: { key: string }) => item.key);
  expect(keys).toEqual(['delivery', 'unboxing', 'support']);
  const paged: string[] = [];
  let cursor = '';
  do {
    const page: Response = await shop.get(`/touchpoints?limit=1${cursor ? `&cursor=${cursor}` : ''}`).expect(200);
    paged.push(...page.body.items.map((item: { key: string }) => item.key));
    cursor = String(page.body.nextCursor ?? '');
  } while (cursor);
  expect(paged).toEqual(keys);
});

it('keeps keys unique per organization', async () => {
  await acme.post('/touchpoints', touchpoint('billing')).expect(201);
  const { body } = await acme.post('/touchpoints', touchpoint('billing')).expect(409);
  expect(body.code).toBe('touchpoint.key_taken');
  await other.post('/touchpoints', touchpoint('billing')).expect(201);
  await acme.post('/journeys', { name: 'Onboarding' }).expect(201);
  expect((await acme.post('/journeys', { name: 'Onboarding' }).expect(409)).body.code).toBe('journey.key_taken');
});

it('takes journeys with stages in order', async () => {
  const { body } = await acme.post('/journeys', { name: 'Après-vente & SAV', stages: ['One', 'Two'] }).expect(201);
  expect(body).toMatchObject({ key: 'apres-vente-sav', isDefault: false, stages: [{ name: 'One' }, { name: 'Two' }] });
  const added = await acme
    .post('/touchpoints', touchpoint('hotline', { journeyKey: 'apres-vente-sav', stage: 'Two' }))
    .expect(201);
  expect(added.body.journeyKey).toBe('apres-vente-sav');
  expect((await acme.get('/touchpoints?journeyKey=apres-vente-sav')).body.items).toHaveLength(1);
});

it.each([
  ['journeyKey', { journeyKey: 'nowhere' }],
  ['area', { area: 'marketing' }],
  ['key', { key: 'has space' }],
  ['stage', { stage: ' ' }],
  ['teamId', { teamId: '018f3f3e-0000-7000-8000-000000000000' }],
])('refuses a wrong %s with its path', async (path, more) => {
  const { body } = await acme.post('/touchpoints', touchpoint('wrong', more)).expect(422);
  expect(body.errors[0].path).toBe(path);
});

it('takes owners and teams of the organization only', async () => {
  const team = await acme.post('/teams', { name: 'Care' }).expect(201);
  const { body } = await acme
    .post('/touchpoints', touchpoint('owned', { ownerId: acme.userId, teamId: team.body.id }))
    .expect(201);
  expect(body).toMatchObject({ ownerId: acme.userId, teamId: team.body.id });
  const foreign = await acme.patch(`/touchpoints/${body.id}`, { ownerId: other.userId }).expect(422);
  expect(foreign.body.errors[0].path).toBe('ownerId');
  const cleared = await acme.patch(`/touchpoints/${body.id}`, { ownerId: null }).expect(200);
  expect(cleared.body).toMatchObject({ ownerId: null, teamId: team.body.id, version: 2 });
});

it('refuses to overwrite a newer version', async () => {
  const { body } = await acme.post('/touchpoints', touchpoint('versioned')).expect(201);
  await acme.patch(`/touchpoints/${body.id}`, { name: 'New', version: 1 }).expect(200);
  const stale = await acme.patch(`/touchpoints/${body.id}`, { name: 'Old', version: 1 }).expect(409);
  expect(stale.body.code).toBe('touchpoint.version');
  const free = await acme.patch(`/touchpoints/${body.id}`, { name: 'Newest' }).expect(200);
  expect(free.body).toMatchObject({ name: 'Newest', version: 3 });
});

it('moves touchpoints within a stage and to another', async () => {
  const shop = await t.signUp();
  const ids: Record<string, string> = {};
  for (const key of ['a', 'b', 'c', 'd'])
    ids[key] = (await shop.post('/touchpoints', touchpoint(key)).expect(201)).body.id;
  const order = async () =>
    (await shop.get('/touchpoints')).body.items
      .map((item: { key: string; position: number }) => `${item.key}${item.position}`)
      .join(' ');
  await shop.patch(`/touchpoints/${ids['d']}`, { position: 1 }).expect(200);
  expect(await order()).toBe('d1 a2 b3 c4');
  await shop.patch(`/touchpoints/${ids['d']}`, { position: 3 }).expect(200);
  expect(await order()).toBe('a1 b2 d3 c4');
  await shop.patch(`/touchpoints/${ids['a']}`, { position: 99 }).expect(200);
  expect(await order()).toBe('b1 d2 c3 a4');
  await shop.patch(`/touchpoints/${ids['d']}`, { stage: 'Leave' }).expect(200);
  expect(await order()).toBe('b1 c2 a3 d1');
  await shop.post('/touchpoints', touchpoint('e', { position: 2 })).expect(201);
  expect(await order()).toBe('b1 e2 c3 a4 d1');
});

it('refuses other organizations and roles', async () => {
  const { body } = await acme.post('/touchpoints', touchpoint('guarded')).expect(201);
  await other.patch(`/touchpoints/${body.id}`, { name: 'x' }).expect(404);
  await acme.patch('/touchpoints/unknown', { name: 'x' }).expect(404);
  const viewer = await t.colleague(acme, 'viewer');
  const agent = await t.colleague(acme, 'agent');
  await viewer.get('/touchpoints').expect(200);
  await agent.post('/touchpoints', touchpoint('agents')).expect(403);
  await agent.post('/journeys', { name: 'Agents' }).expect(403);
  await agent.patch(`/touchpoints/${body.id}`, { name: 'x' }).expect(403);
});

it('serves the other modules by key, by id and in journey order', async () => {
  const shop = await t.signUp();
  const { body } = await shop.post('/touchpoints', touchpoint('first')).expect(201);
  await shop.post('/touchpoints', touchpoint('second', { stage: 'Later' })).expect(201);
  const journeys = t.app.get(Journeys);
  await t.app.get(Db).tenant(shop.tenantId, async (tx) => {
    expect(await journeys.byKey(tx, 'first')).toMatchObject({ id: body.id, stage: 'Use' });
    expect(await journeys.byKey(tx, 'billing')).toBeNull();
    expect((await journeys.touchpoints(tx)).map((item) => item.key)).toEqual(['first', 'second']);
    await expect(journeys.requireTouchpoint(tx, acme.userId)).rejects.toMatchObject({ code: 'touchpoint.not_found' });
  });
});
