/**
 * Whose answers count: customers of a segment ($n), answers to a survey ($n+1); null for all.
 * @param row alias of a row of `statements`, or `r` of `responses`
 */
export const WITHIN = (row: 's' | 'r', n: number): string =>
  `($${n}::text is null or exists (select 1 from customers wc where wc.tenant_id = ${row}.tenant_id and wc.id = ${row}.customer_id and wc.segments @> array[$${n}]))
    and ($${n + 1}::uuid is null or ${
      row === 'r'
        ? `r.survey_id = $${n + 1}`
        : `exists (select 1 from responses wr where wr.tenant_id = s.tenant_id and wr.id = s.response_id and wr.survey_id = $${n + 1})`
    })`;

/** Per pain point: statements and customers of the period and of the one before. $1 from, $2 to, $3 start of the period before, $4 segment, $5 survey. */
export const COUNTS = `select s.pain_point_id as id,
    count(*) filter (where s.submitted_at >= $1)::int as count,
    count(distinct coalesce(s.customer_id, s.response_id)) filter (where s.submitted_at >= $1)::int as customers,
    count(distinct coalesce(s.customer_id, s.response_id)) filter (where s.submitted_at < $1)::int as before,
    max(s.submitted_at) as last_seen
  from statements s where s.pain_point_id is not null and s.submitted_at >= $3 and s.submitted_at < $2 and ${WITHIN('s', 4)} group by s.pain_point_id`;

/** Scored answers of the period with the pain points each one names: one pass, so that impacts add up. $1 from, $2 to, $3 touchpoint or null, $4 segment, $5 survey. */
export const NAMED_RESPONSES = `select case when r.score >= 9 then 1 when r.score <= 6 then -1 else 0 end as value,
    coalesce(array_agg(distinct s.pain_point_id) filter (where s.pain_point_id is not null), '{}') as "painPoints"
  from responses r left join statements s on s.tenant_id = r.tenant_id and s.response_id = r.id
  where r.counted and r.metric in ('nps', 'tnps') and r.submitted_at >= $1 and r.submitted_at < $2 and ($3::uuid is null or r.touchpoint_id = $3) and ${WITHIN('r', 4)} group by r.id, r.score`;

/** Mentions per pain point and day of the last five weeks, for emerging and sparklines. $1 since, $2 to, $3 time zone, $4 segment, $5 survey. */
export const MENTIONS_BY_DAY = `select s.pain_point_id as id, ((s.submitted_at at time zone $3)::date)::text as day, count(*)::int as count
  from statements s where s.pain_point_id is not null and s.submitted_at >= $1 and s.submitted_at < $2 and ${WITHIN('s', 4)} group by 1, 2`;

/** What the concerned customers are worth. $1 from, $2 to, $3 segment, $4 survey. */
export const VALUES = `select x.pain_point_id as id, sum(c.lifetime_value)::float as value
  from (select distinct s.pain_point_id, s.customer_id from statements s where s.pain_point_id is not null and s.submitted_at >= $1 and s.submitted_at < $2 and ${WITHIN('s', 3)}) x
  join customers c on c.id = x.customer_id group by x.pain_point_id`;

/** Three statements that speak for each pain point: its most typical ones, else the most negative of a fitting length. $1 ids. */
export const EXEMPLARS = `select p.id, (select coalesce(array_agg(e.text), '{}') from (
      select text from statements s where s.pain_point_id = p.id and (s.id = any(p.exemplar_ids) or length(s.text) between 20 and 160)
      order by array_position(p.exemplar_ids, s.id), s.score, s.submitted_at desc limit 3) e) as texts
  from pain_points p where p.id = any($1::uuid[])`;
