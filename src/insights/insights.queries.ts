/**
 * What all of them share: $1 metrics, $2 from, $3 to, $4 touchpoint or null, $5 survey or null, $6 segment or null. Parameters that are
 * null fold away, as each statement is planned for its values.
 */
const scope = (
  row: string,
  at: string,
  [from, to] = ['$2', '$3'],
): string => `${row}.${at} >= ${from} and ${row}.${at} < ${to}
  and ($4::uuid is null or ${row}.touchpoint_id = $4) and ($5::uuid is null or ${row}.survey_id = $5)
  and ($6::text is null or exists (select 1 from customers sc where sc.tenant_id = ${row}.tenant_id and sc.id = ${row}.customer_id and sc.segments @> array[$6::text]))`;

const SCOPE = `r.metric = any($1) and ${scope('r', 'submitted_at')}`;
const COUNTS = `count(*) filter (where r.score >= 9)::int as promoters, count(*) filter (where r.score between 7 and 8)::int as passives,
  count(*) filter (where r.score <= 6)::int as detractors`;

export type Group = 'touchpoint' | 'segment' | 'survey' | 'account';

/** How answers are grouped (`key`, with the `join` it needs) and what the group is called, looked up once per group (`named`). */
const GROUPS: Record<Group, { key: string; join: string; named: string; shown: string; name: string }> = {
  touchpoint: {
    key: 'r.touchpoint_id',
    join: '',
    named: 'left join touchpoints g on g.id = x.key',
    shown: 'g.key',
    name: 'g.name',
  },
  segment: {
    key: 's.segment',
    join: `left join customers c on c.tenant_id = r.tenant_id and c.id = r.customer_id left join lateral unnest(c.segments) as s (segment) on true`,
    named: '',
    shown: 'x.key',
    name: 'x.key',
  },
  survey: {
    key: 'r.survey_id',
    join: '',
    named: 'left join surveys g on g.id = x.key',
    shown: 'x.key::text',
    name: 'g.name',
  },
  account: {
    key: 'c.account_id',
    join: `left join customers c on c.tenant_id = r.tenant_id and c.id = r.customer_id`,
    named: 'left join accounts g on g.id = x.key',
    shown: 'x.key::text',
    name: 'g.name',
  },
};

/**
 * The spans to count by, `bucket` 1…: here $2 and $3 are their starts and ends, from the organization's calendar. One range scan of the index
 * `responses_scores` per span and nothing else, unless a group or filter looks at customers: five to ten times faster than computing each row's
 * bucket, and a night with 23 hours is right by construction.
 */
const SPANS = `unnest($2::timestamptz[], $3::timestamptz[]) with ordinality as b (s, e, bucket)`;
const IN_SPAN = `r.counted and r.metric = any($1) and ${scope('r', 'submitted_at', ['b.s', 'b.e'])}`;

/** Counts by span. */
export const COUNTS_BY_BUCKET = `select b.bucket::int as bucket, x.* from ${SPANS}, lateral (select ${COUNTS} from responses r where ${IN_SPAN}) x`;

/** The same by group as well. */
export const countsByGroup = (by: Group): string => {
  const { key, join, named, shown, name } = GROUPS[by];
  return `select ${shown} as key, ${name} as name, b.bucket::int as bucket, x.promoters, x.passives, x.detractors
    from ${SPANS} cross join lateral (select ${key} as key, ${COUNTS} from responses r ${join} where ${IN_SPAN} group by ${key}) x ${named}`;
};

/**
 * The same from the counts per local day (`response_day_counts`), for spans that begin and end with such days and follow each other: $2 the first day
 * of each, $3 the day after the last. Reads days × touchpoints × surveys rows, however many answers there are.
 */
const DAYS = `from response_day_counts d where d.metric = any($1) and d.day >= ($2::date[])[1] and d.day < $3::date
  and ($4::uuid is null or d.touchpoint_id = $4) and ($5::uuid is null or d.survey_id = $5)`;
const DAY_COUNTS = `width_bucket(d.day, $2::date[]) as bucket, sum(d.promoters)::int as promoters, sum(d.passives)::int as passives, sum(d.detractors)::int as detractors`;

export const COUNTS_BY_DAYS = `select ${DAY_COUNTS} ${DAYS} group by 1`;

/** A touchpoint or survey whose answers all were taken back has a row of zeros, which is no group. */
export const countsByGroupAndDays = (by: 'touchpoint' | 'survey'): string => {
  const { named, shown, name } = GROUPS[by];
  return `select ${shown} as key, ${name} as name, x.bucket, x.promoters, x.passives, x.detractors
    from (select ${DAY_COUNTS}, d.${by}_id as key ${DAYS} group by 1, d.${by}_id having sum(d.promoters + d.passives + d.detractors) > 0) x ${named}`;
};

/** The days' time zone; no row where there are none yet. */
export const DAYS_ZONE = `select zone from response_day_zones`;

/** First and last answer that counts, by two index look-ups per metric. $1 metrics. */
export const EXTENT = `select min(x.first) as first, max(x.last) as last from unnest($1::text[]) as m (metric),
  lateral (select min(submitted_at) as first, max(submitted_at) as last from responses where counted and metric = m.metric) x`;

/** What was left out and why; an answer stands under each of its reasons. */
export const EXCLUDED = `with left_out as materialized (
    select r.flags || case when r.withdrawn_at is null then '{}'::text[] else '{withdrawn}'::text[] end as reasons from responses r where not r.counted and ${SCOPE})
  select (select count(*) from left_out)::int as total,
    coalesce((select json_object_agg(x.reason, x.n) from (select reason, count(*)::int as n from left_out, unnest(reasons) as reason group by reason) x), '{}') as "byReason"`;

/** Invitations by when they were sent. */
export const INVITATIONS = `select count(*)::int as sent, count(*) filter (where r.status = 'bounced')::int as bounced, count(*) filter (where r.status = 'answered')::int as answered
  from invitations r join surveys v on v.tenant_id = r.tenant_id and v.id = r.survey_id
  where v.metric = any($1) and not r.test and r.sent_at is not null and ${scope('r', 'sent_at')}`;

/** Comments of the period, and how many are not read yet. */
export const READING = `select count(*)::int as comments, count(*) filter (where r.sentiment_state = 'pending')::int as waiting
  from responses r where r.counted and r.comment is not null and ${SCOPE}`;

/** The newest read answers with a comment, each with the mean sentiment per aspect it speaks of. $7 how many. */
export const ASPECTS = `select r.score, coalesce((select json_object_agg(x.aspect, x.value) from (
      select s.aspect, avg(s.score)::float as value from statements s
      where s.tenant_id = r.tenant_id and s.response_id = r.id and s.aspect is not null and s.score is not null group by s.aspect) x), '{}') as aspects
  from responses r where r.counted and r.sentiment_state = 'read' and ${SCOPE} order by r.submitted_at desc limit $7`;

/** The three most negative statements of each aspect in $7. */
export const ASPECT_EXAMPLES = `select a.aspect, x.id as "statementId", x.response_id as "responseId", x.text from unnest($7::text[]) as a (aspect), lateral (
    select s.id, s.response_id, s.text from statements s join responses r on r.tenant_id = s.tenant_id and r.id = s.response_id
    where s.aspect = a.aspect and s.label = 'negative' and s.submitted_at >= $2 and s.submitted_at < $3 and r.counted and ${SCOPE}
    order by s.score, s.submitted_at desc, s.id limit 3) x`;

/** Answers per touchpoint and span; `pained` is counted only when asked for ($7), as it looks at the statements. */
export const JOURNEY = `select b.bucket::int as bucket, x.* from ${SPANS} cross join lateral (select r.touchpoint_id as touchpoint, ${COUNTS},
      count(*) filter (where $7 and exists (select 1 from statements s where s.tenant_id = r.tenant_id and s.response_id = r.id and s.label = 'negative'))::int as pained
    from responses r where ${IN_SPAN} group by 1) x`;

export const JOURNEY_BY_DAYS = `select ${DAY_COUNTS}, d.touchpoint_id as touchpoint, 0 as pained ${DAYS} group by 1, d.touchpoint_id`;

/** True for a resolution that reached the customer: mailed, not taken back, and its mail neither refused nor bounced. */
const HEARD = (
  caseId: string,
): string => `select x.resolved_at, x.answer, x.answered_at, x.mailed and x.undone_at is null and not exists (
      select 1 from deliveries d where d.tenant_id = x.tenant_id and d.kind = 'resolution' and d.subject_id = x.id
        and (d.state <> 'sent' or d.bounce_kind in ('hard', 'soft'))) as heard
    from resolutions x where x.tenant_id = ${caseId.split('.')[0]}.tenant_id and x.case_id = ${caseId}`;

/** From invitation to "fixed": each step a part of the one before. By when the invitation was planned. */
export const FUNNEL = `select count(*)::int as invited, count(*) filter (where f.sent)::int as sent, count(*) filter (where f.answered)::int as answered,
    count(*) filter (where f.detractor)::int as detractors, count(*) filter (where f.has_case)::int as cases, count(*) filter (where f.heard)::int as "heardBack",
    count(*) filter (where f.heard and f.fixed)::int as confirmed, count(*) filter (where f.status = 'bounced')::int as bounced
  from (select r.status, r.sent_at is not null and r.status <> 'bounced' as sent, a.id is not null and r.sent_at is not null and r.status <> 'bounced' as answered,
      coalesce(a.detractor and r.sent_at is not null and r.status <> 'bounced', false) as detractor,
      coalesce(a.detractor and r.sent_at is not null and r.status <> 'bounced' and k.id is not null, false) as has_case,
      coalesce(a.detractor and r.sent_at is not null and r.status <> 'bounced' and h.heard, false) as heard, coalesce(h.answer = 'fixed', false) as fixed
    from invitations r join surveys v on v.tenant_id = r.tenant_id and v.id = r.survey_id
    left join lateral (select q.id, q.counted and q.score <= 6 as detractor from responses q where q.tenant_id = r.tenant_id and q.invitation_id = r.id) a on true
    left join cases k on k.tenant_id = r.tenant_id and k.response_id = a.id
    left join lateral (select bool_or(y.heard) as heard, (array_agg(y.answer order by y.answered_at desc) filter (where y.answer is not null))[1] as answer
      from (${HEARD('k.id')}) y) h on true
    where v.metric = any($1) and not r.test and ${scope('r', 'created_at')}) f`;

/** Why some were not asked. */
export const SKIPPED = `select r.skip_reason as reason, count(*)::int as n from invitations r join surveys v on v.tenant_id = r.tenant_id and v.id = r.survey_id
  where v.metric = any($1) and not r.test and r.status = 'skipped' and ${scope('r', 'created_at')} group by 1`;

/** One row per case opened in [$1, $2) ($3 touchpoint, $4 survey, $5 segment, each null for all) with its customer's last word. */
export const LOOP = `select k.customer_id as "customerId", k.created_at as "openedAt", k.first_responded_at as "firstResponseAt", k.first_response_due_at as "firstResponseDueAt",
    case when k.status in ('resolved', 'confirmed', 'closed_silent') then k.resolved_at end as "resolvedAt", k.resolution_due_at as "resolutionDueAt",
    k.status = 'waiting' as waiting, k.reopened_count > 0 as reopened, k.status = 'closed_silent' as "closedSilent", coalesce(r.may_contact, k.may_contact) as "mayContact",
    u.email, h.heard_at as "heardBackAt", h.answer, h.answered_at as "answeredAt", k.promised_at as "promisedAt", k.team_id as "teamId", tm.name as "teamName"
  from cases k left join teams tm on tm.tenant_id = k.tenant_id and tm.id = k.team_id left join customers u on u.tenant_id = k.tenant_id and u.id = k.customer_id
  left join responses r on r.tenant_id = k.tenant_id and r.id = k.response_id
  left join lateral (select max(y.resolved_at) filter (where y.heard) as heard_at, max(y.answered_at) as answered_at,
      (array_agg(y.answer order by y.answered_at desc) filter (where y.answer is not null))[1] as answer from (${HEARD('k.id')}) y) h on true
  where k.status <> 'merged' and k.created_at >= $1 and k.created_at < $2 and ($3::uuid is null or k.touchpoint_id = $3) and ($4::uuid is null or r.survey_id = $4)
    and ($5::text is null or u.segments @> array[$5::text])`;

/**
 * Cases opened and closed in each of the $2 weeks before $1, the last one first, and how many are open. $3 touchpoint or null. A case that was
 * opened again counts as open all the time: what counts is when it was closed for good.
 */
export const BACKLOG = `select (select count(*)::int from cases k where k.status in ('new', 'assigned', 'in_progress', 'waiting', 'reopened') and ($3::uuid is null or k.touchpoint_id = $3)) as open,
    (select min(created_at) from cases) as first,
    (select json_agg(json_build_object('opened', o.n, 'closed', z.n) order by w.week) from generate_series(0, $2::int - 1) as w (week),
      lateral (select count(*)::int as n from cases k where k.status <> 'merged' and k.created_at >= $1::timestamptz - make_interval(weeks => w.week + 1) and k.created_at < $1::timestamptz - make_interval(weeks => w.week)
        and ($3::uuid is null or k.touchpoint_id = $3)) o,
      lateral (select count(*)::int as n from cases k where k.status in ('resolved', 'confirmed', 'closed_silent') and k.resolved_at >= $1::timestamptz - make_interval(weeks => w.week + 1)
        and k.resolved_at < $1::timestamptz - make_interval(weeks => w.week) and ($3::uuid is null or k.touchpoint_id = $3)) z) as weeks`;

/** Customers who were sent a "you said, we did" in [$1, $2), of touchpoint $3 or all. */
export const ANNOUNCED = `select count(distinct a.customer_id)::int as n from announcements a where a.skip_reason is null and a.created_at >= $1 and a.created_at < $2
  and ($3::uuid is null or exists (select 1 from improvement_pain_points i join pain_points p on p.tenant_id = i.tenant_id and p.id = i.pain_point_id
    where i.tenant_id = a.tenant_id and i.improvement_id = a.improvement_id and p.touchpoint_id = $3))`;

/** Scored answers of [$1, $2) with the pain points each names, for their impact. */
export const DIGEST_PAIN_POINTS = `select case when r.score >= 9 then 1 when r.score <= 6 then -1 else 0 end as value,
    coalesce(array_agg(distinct s.pain_point_id) filter (where s.pain_point_id is not null), '{}') as "painPoints"
  from responses r left join statements s on s.tenant_id = r.tenant_id and s.response_id = r.id
  where r.counted and r.metric in ('nps', 'tnps') and r.submitted_at >= $1 and r.submitted_at < $2 group by r.id, r.score`;

/** Who they are. $1 ids. */
export const DIGEST_PAIN_POINT_NAMES = `select p.id, p.name, p.owner_id as "ownerId", t.name as touchpoint from pain_points p
  left join touchpoints t on t.tenant_id = p.tenant_id and t.id = p.touchpoint_id where p.id = any($1::uuid[]) and p.status not in ('merged', 'dismissed')`;

/** What happened in [$1, $2). */
export const DIGEST_WEEK = `select (select coalesce(array_agg(i.name order by i.finished_at), '{}') from improvements i where i.status = 'done' and i.finished_at >= $1 and i.finished_at < $2) as fixed,
  (select count(*)::int from responses r where r.counted and r.submitted_at >= $1 and r.submitted_at < $2) as answers,
  (select count(*)::int from cases k where k.status <> 'merged' and k.created_at >= $1 and k.created_at < $2) as cases,
  (select count(*)::int from resolutions x where x.answer = 'fixed' and x.answered_at >= $1 and x.answered_at < $2) as confirmed`;
