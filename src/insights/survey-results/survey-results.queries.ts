/** What all share: $1 survey, $2 from, $3 to, $4 touchpoint, $5 version; each but the first null for no restriction. */
const scope = (row: string, at: string): string => `${row}.survey_id = $1
  and ($2::timestamptz is null or ${row}.${at} >= $2) and ($3::timestamptz is null or ${row}.${at} < $3)
  and ($4::uuid is null or ${row}.touchpoint_id = $4) and ($5::integer is null or ${row}.survey_version = $5)`;

/** One pass over the survey's answers for everything that is one number. */
export const ANSWERS = `select r.score::int as score, r.survey_version as version, count(*)::int as n, count(*) filter (where not r.complete)::int as unfinished,
    count(*) filter (where r.invitation_id is null)::int as uninvited, count(r.comment)::int as comments,
    count(*) filter (where r.may_contact)::int as yes, count(*) filter (where r.may_contact = false)::int as no
  from responses r where r.counted and ${scope('r', 'submitted_at')} group by r.score, r.survey_version`;

/** An answer with two flags is left out for both. */
export const LEFT_OUT = `select reason, count(*)::int as n
  from responses r, unnest(case when r.withdrawn_at is null then r.flags else array['withdrawn'] end) as reason
  where not r.counted and ${scope('r', 'submitted_at')} group by reason`;

/** Values of the questions in $6 that are answered by picking; a list counts once for each of its values. */
export const PICKED = `select a.key as question, coalesce(e.value, a.value #>> '{}') as value, count(*)::int as n
  from responses r cross join lateral jsonb_each(r.answers) a
    left join lateral jsonb_array_elements_text(case jsonb_typeof(a.value) when 'array' then a.value else '[]' end) as e (value) on true
  where r.counted and a.key = any($6) and ${scope('r', 'submitted_at')} group by 1, 2`;

/** How many answered each further question. */
export const ANSWERED = `select key as question, count(*)::int as n
  from responses r cross join lateral jsonb_object_keys(r.answers) as key where r.counted and ${scope('r', 'submitted_at')} group by key`;

/**
 * What became of the invitations. `answered` without its response: the person was erased, the score stayed. Opting out is a "no" to feedback, or a
 * complaint, after the mail went.
 */
export const INVITATIONS = `select what, count(*)::int as n from (
  select case
    when i.status in ('skipped', 'cancelled') then i.status
    when i.status = 'scheduled' and r.id is null then 'waiting'
    when r.withdrawn_at is not null then 'refused'
    when r.id is not null and not r.counted then 'other'
    when r.id is not null and not r.complete then 'partial'
    when r.id is not null or i.status = 'answered' then 'finished'
    when i.status = 'bounced' then 'bounced'
    when exists (select 1 from consents c where c.customer_id = i.customer_id and c.purpose = 'feedback' and not c.granted and c.at >= i.sent_at)
      or exists (select 1 from suppressions s where s.address = lower(i.address) and s.reason = 'complaint' and s.created_at >= i.sent_at) then 'refused'
    when i.status = 'unknown' then 'unknown'
    else 'noContact' end as what
  from invitations i left join responses r on r.tenant_id = i.tenant_id and r.invitation_id = i.id
  where not i.test and ${scope('i', 'created_at')}) x group by what`;
