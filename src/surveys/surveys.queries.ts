import type { Tx } from '../platform/db.js';
import type { Metric, Question, Quota, SURVEY_STATUSES } from './surveys.contract.js';

export interface SurveyRow {
  id: string;
  name: string;
  metric: Metric;
  touchpoint_id: string | null;
  status: (typeof SURVEY_STATUSES)[number];
  locales: string[];
  questions: Question[];
  published_version: number | null;
  published_at: Date | null;
  has_unpublished_changes: boolean;
  closes_at: Date | null;
  quota: Quota | null;
  archived_at: Date | null;
  version: number;
  created_at: Date;
  updated_at: Date;
  /** `created_at` in full (microseconds), for cursors. */
  created_key: string;
}

/** Surveys with the state of their newest version; jsonb equality ignores the order of keys, so an edit taken back is no change. */
export function surveyRows(
  tx: Tx,
  by: {
    id?: string | undefined;
    status?: string | undefined;
    archived?: boolean | undefined;
    touchpointId?: string | undefined;
    q?: string | undefined;
    after?: readonly unknown[] | undefined;
    limit: number;
  },
): Promise<SurveyRow[]> {
  return tx.em.query(
    `select s.*, s.created_at::text as created_key, v.published_at,
            coalesce(v.questions <> s.questions or v.locales <> s.locales, false) as has_unpublished_changes
     from surveys s
     left join survey_versions v on v.survey_id = s.id and v.number = s.published_version
     where ($1::uuid is null or s.id = $1)
       and ($2::text is null or s.status = $2)
       and ($3::uuid is null or s.touchpoint_id = $3)
       and ($4::text is null or strpos(lower(s.name), lower($4)) > 0)
       and ($5::timestamptz is null or (s.created_at, s.id) < ($5::timestamptz, $6::uuid))
       and ($8::boolean is null or (s.archived_at is not null) = $8)
     order by s.created_at desc, s.id desc
     limit $7`,
    [
      by.id ?? null,
      by.status ?? null,
      by.touchpointId ?? null,
      by.q ?? null,
      by.after?.[0] ?? null,
      by.after?.[1] ?? null,
      by.limit,
      by.archived ?? null,
    ],
  );
}
