import type { Test } from 'supertest';
import type { Role } from '../../src/platform/auth.js';
import { Visits } from '../../src/platform/public-page/visits.js';
import type { Caller, TestApp } from './app.js';
import { ResponseDays } from '../../src/responses/response-days.service.js';

/** One answer of the API, as it came. `path` is without `/api/v1`, with the query. */
export interface Answer {
  method: string;
  path: string;
  status: number;
  contentType: string;
  body: unknown;
  text: string;
}

/** The same caller, with every answer handed to `keep`. */
export function recording<C extends Caller>(caller: C, keep: (answer: Answer) => void): C {
  const watch = (method: string, path: string, test: Test): Test => {
    test.on('response', (response: { status: number; type: string; body: unknown; text: string }) =>
      keep({
        method,
        path,
        status: response.status,
        contentType: response.type,
        body: response.body,
        text: response.text ?? '',
      }),
    );
    return test;
  };
  return {
    ...caller,
    get: (path) => watch('GET', path, caller.get(path)),
    post: (path, body) => watch('POST', path, caller.post(path, body)),
    put: (path, body) => watch('PUT', path, caller.put(path, body)),
    patch: (path, body) => watch('PATCH', path, caller.patch(path, body)),
    delete: (path) => watch('DELETE', path, caller.delete(path)),
  };
}

/** A policy that lets every mail go at once, on any day. */
export const OPEN_POLICY = {
  minDaysBetween: 0,
  maxPerYear: null,
  quietHours: null,
  weekdays: [1, 2, 3, 4, 5, 6, 7],
  respectOpenCases: false,
};

/** So alike that they become one pain point each, whatever the engine weighs. */
const LATE = [
  'My parcel arrived late',
  'The parcel arrived very late',
  'Our parcel arrived late again',
  'Parcel arrived too late',
  'The parcel arrived late, bad',
];
const RUDE = [
  'Very rude agent on the phone',
  'Such a rude agent on the phone',
  'The agent on the phone was rude',
  'A rude agent on the phone',
  'Rude agent on the phone again',
];

/** An organization with one of everything, made through the API. */
export interface Filled {
  tenantId: string;
  admin: Caller & { email: string; userId: string };
  program: Caller & { secret: string };
  people: Record<Exclude<Role, 'admin'>, Caller & { email: string; userId: string }>;
  /** A word that stands in every text that was given. */
  canary: string;
  ids: Record<(typeof THINGS)[number], string>;
  /** The customers' own ids of the organization. */
  externalIds: string[];
  eventExternalIds: string[];
}

const THINGS = [
  'user',
  'team',
  'apiKey',
  'journey',
  'touchpoint',
  'customer',
  'survey',
  'draftSurvey',
  'campaign',
  'draftCampaign',
  'trigger',
  'invitation',
  'openLink',
  'event',
  'rejectedEvent',
  'response',
  'painPoint',
  'otherPainPoint',
  'statement',
  'case',
  'handmadeCase',
  'caseRule',
  'slaPolicy',
  'calendar',
  'rootCause',
  'undo',
  'improvement',
  'annotation',
  'goal',
  'view',
  'webhook',
] as const;

/**
 * Fills a new organization with one of everything, through the API, and runs the work that follows. `canary` must be one word; it becomes part of
 * every name and text, so that a leak shows.
 */
export async function fill(
  t: TestApp,
  canary: string,
  keep: (answer: Answer) => void = () => undefined,
): Promise<Filled> {
  const admin = recording(await t.signUp(`${canary} Org`), keep);
  const program = recording(await t.program(admin), keep);
  const person = async (role: Exclude<Role, 'admin'>) =>
    recording(await t.colleague(admin, role, `${canary} ${role}`), keep);
  const people = { viewer: await person('viewer'), agent: await person('agent'), manager: await person('manager') };
  const ids: Partial<Filled['ids']> = { user: people.agent.userId };
  const make = async (path: string, body?: object, status = 201) =>
    (await admin.post(path, body).expect(hasStatus(status))).body;
  const slug = canary.toLowerCase();

  // ——— the organization ———
  await admin.patch('/organization/sending', { warmUp: false }).expect(200);
  await admin
    .patch('/organization', {
      timeZone: 'Europe/Lisbon',
      postalAddress: `${canary} street 1`,
      sender: { name: `${canary} Care` },
      brand: { color: '#0B6470' },
    })
    .expect(200);
  ids.team = (await make('/teams', { name: `${canary} team` })).id;
  await admin.patch(`/users/${people.agent.userId}`, { teamIds: [ids.team] }).expect(200);
  ids.apiKey = (await make('/api-keys', { name: `${canary} key`, scopes: ['events:write'] })).id;
  await admin.put('/contact-policy', OPEN_POLICY).expect(200);
  ids.journey = (await make('/journeys', { name: `${canary} journey`, stages: [`${canary} stage`] })).id;
  for (const key of ['delivery', 'support']) {
    const { id } = await make('/touchpoints', {
      key,
      name: `${canary} ${key}`,
      stage: `${canary} use`,
      area: 'process',
      teamId: ids.team,
      ownerId: people.agent.userId,
    });
    ids.touchpoint ??= id;
  }

  // ——— customers ———
  const external = (name: string) => `${slug}-${name}`;
  const customer = async (name: string, fields: object = {}) =>
    (
      await admin
        .put(`/customers/by-external-id/${external(name)}`, {
          name: `${canary} ${name}`,
          email: `${name}@${slug}.example.org`,
          // A person of one organization only: what is stopped for a number is found by it.
          phone: `+351 210 000 ${String(100 + (canary.charCodeAt(0) % 900)).slice(-3)}`,
          locale: 'en',
          timeZone: 'Europe/Lisbon',
          account: `${canary} account`,
          lifetimeValue: 1200,
          segments: [`${slug}-segment`],
          attributes: { note: canary },
          consents: ['feedback', 'follow_up'].map((purpose) => ({ purpose, granted: true, source: `${canary} form` })),
          ...fields,
        })
        .expect(201)
    ).body.id as string;
  ids.customer = await customer('ana');
  await customer('ben', { email: null });
  await customer('cleo');
  const gone = await customer('gone');
  await admin
    .post('/customers/import')
    .set('content-type', 'text/csv')
    .send(`externalId,name,email\n${external('dora')},${canary} dora,dora@${slug}.example.org\n`)
    .expect(200);
  // More than 5 MB is imported in the background, which leaves an import to look at.
  const rows = [`externalId,name,attributes.note`];
  for (let n = 0; n < 160; n += 1) rows.push(`${external('eve')},${canary} eve,${'x'.repeat(3)}${' '.repeat(34_000)}`);
  await admin.post('/customers/import?onError=skip').set('content-type', 'text/csv').send(rows.join('\n')).expect(202);
  await t.runJobs();
  await admin.delete(`/customers/${gone}`).expect(204);

  // ——— asking ———
  const survey = { metric: 'tnps', touchpointKey: 'delivery', locales: ['en', 'de'] };
  ids.survey = (await make('/surveys', { ...survey, name: `${canary} survey` })).id;
  ids.draftSurvey = (await make('/surveys', { ...survey, name: `${canary} draft` })).id;
  await make(`/surveys/${ids.survey}/publish`, undefined, 200);
  await make(`/surveys/${ids.survey}/duplicate`);
  await make(`/surveys/${ids.survey}/test`, {}, 202);
  ids.campaign = (await make('/campaigns', { name: `${canary} campaign`, surveyId: ids.survey })).id;
  ids.draftCampaign = (await make('/campaigns', { name: `${canary} draft`, surveyId: ids.survey })).id;
  await make(`/campaigns/${ids.campaign}/preview`, undefined, 200);
  await make(`/campaigns/${ids.campaign}/launch`, undefined, 200);
  ids.trigger = (
    await make('/triggers', { eventType: 'delivered', touchpointKey: 'delivery', surveyId: ids.survey })
  ).id;
  const event = { type: 'delivered', touchpointKey: 'delivery', properties: { note: canary }, value: 12.5 };
  const eventExternalIds = [`${slug}-event`, `${slug}-rejected`];
  await make(
    '/events',
    [
      { ...event, id: eventExternalIds[0], externalCustomerId: external('cleo') },
      { ...event, id: eventExternalIds[1], externalCustomerId: `${slug}-nobody` },
    ],
    202,
  );
  await t.runJobs();
  const events = (await admin.get('/events').expect(200)).body.items as { id: string; rejected: string | null }[];
  ids.event = events.find((e) => e.rejected === null)?.id;
  ids.rejectedEvent = events.find((e) => e.rejected !== null)?.id;
  const invitations = (await admin.get(`/invitations?campaignId=${ids.campaign}`).expect(200)).body.items;
  ids.invitation = invitations.find((i: { status: string }) => i.status === 'sent')?.id;
  const link = await make('/open-links', { surveyId: ids.survey, channel: 'link', name: `${canary} door` });
  ids.openLink = link.id as string;
  await make(`/open-links/${link.id}/personal`, { externalCustomerIds: [external('ana')] }, 200);
  const door = new URL(link.url).pathname;
  await t.http.get(door).expect(200);
  // As a machine posts, so that it counts nowhere.
  await t.http.post(`${door}?ref=${canary}`).type('form').send({ score: 9 }).expect(303);
  await t.app.get(Visits).flush();

  // ——— what came back ———
  const said = [
    ...LATE.map((comment) => ({ touchpointKey: 'delivery', comment })),
    ...RUDE.map((comment) => ({ touchpointKey: 'support', comment })),
    { touchpointKey: 'delivery', comment: `Parcel arrived late ${canary}` },
  ];
  const { items: accepted } = await make(
    '/responses',
    said.map((answer, n) => ({
      ...answer,
      id: `${slug}-answer-${n}`,
      externalCustomerId: n === 0 ? external('ana') : external(`said-${n}`),
      score: 1,
      mayContact: n === 0 ? true : null,
    })),
  );
  ids.response = accepted[0].id;
  await make('/responses', [
    { metric: 'nps', score: 10, externalCustomerId: external('cleo') },
    { surveyId: ids.survey, score: 9, comment: `Quick and friendly. ${canary}` },
  ]);
  await admin
    .post('/responses/import')
    .set('content-type', 'text/csv')
    .send(`id,touchpointKey,score,comment\n${slug}-csv,delivery,8,${canary} was fine\n`)
    .expect(200);
  await t.runJobs();
  await t.sql(`update jobs set run_at = now() where state = 'queued' and name = 'painpoints.regroup'`);
  await t.runJobs();
  const { items: points } = (await admin.get('/pain-points?sort=newest').expect(200)).body;
  const late = points.find((point: { touchpointKey: string }) => point.touchpointKey === 'delivery');
  const rude = points.find((point: { touchpointKey: string }) => point.touchpointKey === 'support');
  ids.painPoint = late?.id;
  ids.otherPainPoint = rude?.id;
  await admin.patch(`/pain-points/${late?.id}`, { name: `${canary} late`, ownerId: people.agent.userId }).expect(200);
  const { items: statements } = (await admin.get(`/pain-points/${late?.id}/statements`).expect(200)).body;
  ids.statement = statements[0]?.id;
  await admin.patch(`/statements/${statements[1]?.id}`, { sentiment: 'negative' }).expect(200);
  await admin.patch('/language/model', { url: 'https://models.example.com/v1', model: `${canary} model` }).expect(200);

  // ——— acting ———
  const { items: cases } = (await admin.get(`/cases?customerId=${ids.customer}`).expect(200)).body;
  ids.case = cases[0]?.id;
  await admin.patch(`/cases/${ids.case}`, { ownerId: people.agent.userId, painPointIds: [ids.painPoint] }).expect(200);
  await make(`/cases/${ids.case}/notes`, { body: `${canary} called the depot` });
  await make(`/cases/${ids.case}/messages`, { body: `${canary} writes to you`, wait: true });
  await make(
    `/cases/${ids.case}/resolve`,
    { rootCause: `${canary} cause`, resolution: `${canary} has a new depot` },
    200,
  );
  ids.handmadeCase = (
    await make('/cases', {
      externalCustomerId: external('cleo'),
      touchpointKey: 'support',
      subject: `${canary} by phone`,
      comment: `${canary} rang`,
      mayContact: true,
      teamId: ids.team,
    })
  ).id;
  ids.undo = (await make('/cases/bulk', { ids: [ids.handmadeCase], change: { priority: 'high' } }, 200)).undoId;
  const [sla] = (await admin.get('/sla-policies').expect(200)).body.items;
  ids.slaPolicy = sla.id;
  ids.calendar = sla.calendar.id;
  // Plans the open cases anew, which leaves its trace.
  await admin.patch(`/sla-policies/${sla.id}`, { version: sla.version }).expect(200);
  ids.rootCause = (await make('/root-causes', { area: 'process', name: `${canary} root` })).id;
  ids.caseRule = (
    await make('/case-rules', {
      name: `${canary} rule`,
      conditions: { scoreTo: 3, touchpoints: ['support'], painPointIds: [ids.otherPainPoint] },
      assign: { to: 'team', teamId: ids.team },
      sla: ids.slaPolicy,
    })
  ).id;
  ids.improvement = (
    await make('/improvements', {
      name: `${canary} improvement`,
      painPointIds: [ids.painPoint],
      ownerId: people.manager.userId,
      dueAt: '2027-01-31',
    })
  ).id;
  await admin
    .patch(`/improvements/${ids.improvement}`, { status: 'done', outcome: `${canary} depot works` })
    .expect(200);
  await make(`/improvements/${ids.improvement}/announce?dryRun=true`, {}, 200);
  await make(`/improvements/${ids.improvement}/announce`, {}, 200);
  // ——— looking ———
  ids.annotation = (await make('/annotations', { day: '2026-06-08', text: `${canary} moved` })).id;
  ids.goal = (await make('/goals', { metric: 'nps', target: 40, teamIds: [ids.team] })).id;
  ids.view = (await make('/views', { screen: 'cases', name: `${canary} view`, query: { q: canary } })).id;
  await admin.put('/digests', { weekly: true }).expect(200);
  ids.webhook = (
    await make('/webhooks', {
      url: `https://${slug}.example.invalid/hook`,
      events: ['response.received', 'case.opened'],
    })
  ).id;
  await t.app.get(ResponseDays).foldAll();
  await make('/responses', { touchpointKey: 'support', score: 2, comment: `Still bad. ${canary}` });
  await t.runJobs();

  const missing = THINGS.filter((thing) => ids[thing] === undefined);
  if (missing.length > 0) throw new Error(`fill() made no ${missing.join(', ')}`);
  return {
    tenantId: admin.tenantId,
    admin,
    program,
    people,
    canary,
    ids: ids as Filled['ids'],
    externalIds: ['ana', 'ben', 'cleo', 'dora', 'gone'].map(external),
    eventExternalIds,
  };
}

/** Like supertest's own check, but the message says what came instead. */
function hasStatus(wanted: number) {
  return (response: { status: number; text: string; req: { method: string; path: string } }) => {
    if (response.status !== wanted)
      throw new Error(
        `${response.req.method} ${response.req.path}: wanted ${wanted}, got ${response.status} ${response.text.slice(0, 600)}`,
      );
  };
}
