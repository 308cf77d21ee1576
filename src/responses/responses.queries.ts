/** Columns of a response as its view needs them; statements come in the same round trip because no list is read without them. */
export const RESPONSE_COLUMNS = `r.id, r.external_id, r.customer_id, r.survey_id, r.survey_version, r.touchpoint_id, r.invitation_id, r.metric, r.score, r.picked,
  r.comment, r.answers, r.may_contact, r.channel, r.language, r.submitted_at, r.submitted_at::text as submitted_text, r.flags, r.counted, r.complete, r.locale, r.seen, r.withdrawn_at,
  r.sentiment_state, r.sentiment_label, r.sentiment_score, r.sentiment_reason, r.version,
  c.external_id as customer_external_id, c.name as customer_name, c.email as customer_email, t.key as touchpoint_key, t.name as touchpoint_name,
  coalesce((select json_agg(json_build_object('id', s.id, 'text', s.text, 'start', s.starts_at, 'end', s.ends_at,
      'sentiment', json_build_object('label', s.label, 'score', s.score), 'aspect', s.aspect, 'painPointId', s.pain_point_id, 'painPointName', p.name,
      'unsure', s.unsure, 'signals', s.signals, 'byPerson', s.label_by_person or s.aspect_by_person) order by s.position)
    from statements s left join pain_points p on p.tenant_id = s.tenant_id and p.id = s.pain_point_id where s.response_id = r.id), '[]') as statements`;

export const RESPONSE_FROM = `from responses r left join customers c on c.tenant_id = r.tenant_id and c.id = r.customer_id
  left join touchpoints t on t.tenant_id = r.tenant_id and t.id = r.touchpoint_id`;

/** Set insert: one statement however many rows; a repeated external id inserts nothing. $1 is a JSON array of rows. */
export const INSERT_RESPONSES = `insert into responses
    (id, external_id, customer_id, survey_id, survey_version, touchpoint_id, metric, score, comment, answers, may_contact, channel, locale, submitted_at, sentiment_state, sentiment_reason)
  select n.id, n.external_id, n.customer_id, n.survey_id, n.survey_version, n.touchpoint_id, n.metric, n.score, n.comment, coalesce(n.answers, '{}'), n.may_contact, n.channel, n.locale,
    coalesce(n.submitted_at, now()), case when coalesce(n.comment, '') = '' then 'unreadable' else 'pending' end, case when coalesce(n.comment, '') = '' then 'empty' end
  from jsonb_to_recordset($1::jsonb) as n (id uuid, external_id text, customer_id uuid, survey_id uuid, survey_version integer, touchpoint_id uuid, metric text, score smallint,
    comment text, answers jsonb, may_contact boolean, channel text, locale text, submitted_at timestamptz)
  on conflict on constraint responses_external_id_key do nothing returning id`;

/** Mean of the statements' scores, longer ones counting more; |mean| ≤ 0.25 is neutral, as the engine has it. $1 response. */
export const RESUM_SENTIMENT = `update responses r set sentiment_score = n.score,
    sentiment_label = case when n.score > 0.25 then 'positive' when n.score < -0.25 then 'negative' else 'neutral' end,
    sentiment_state = 'read', sentiment_reason = null
  from (select sum(s.score * sqrt(least(length(s.text), 150))) / sum(sqrt(least(length(s.text), 150))) as score from statements s
    where s.response_id = $1 and s.score is not null) n
  where r.id = $1 and n.score is not null`;
