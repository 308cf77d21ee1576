import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a wording was made of beside its version and locale. */
export interface Seen {
  /** The score by which the reason was worded; null: neutrally. */
  score: number | null;
  names: { organization: string; touchpoint: string | null };
  /** Only where the texts recall fields; `event.at` as an ISO string. */
  recall: {
    customerName: string | null;
    account: string | null;
    event: { type: string; at: string; properties: Record<string, unknown> } | null;
    timeZone: string;
  } | null;
}

@Entity('responses')
export class Response {
  @PrimaryColumn({ type: 'uuid', name: 'tenant_id' }) tenantId: string;
  @PrimaryColumn({ type: 'uuid' }) id: string;
  @Column({ type: 'text', name: 'external_id', nullable: true }) externalId: string | null;
  @Column({ type: 'text', name: 'submission_id', nullable: true }) submissionId: string | null;
  @Column({ type: 'uuid', name: 'open_link_id', nullable: true }) openLinkId: string | null;
  @Column({ type: 'text', name: 'source_ref', nullable: true }) sourceRef: string | null;
  @Column({ type: 'uuid', name: 'invitation_id', nullable: true }) invitationId: string | null;
  @Column({ type: 'uuid', name: 'customer_id', nullable: true }) customerId: string | null;
  @Column({ type: 'uuid', name: 'survey_id', nullable: true }) surveyId: string | null;
  @Column({ type: 'integer', name: 'survey_version', nullable: true }) surveyVersion: number | null;
  @Column({ type: 'uuid', name: 'touchpoint_id', nullable: true }) touchpointId: string | null;
  @Column({ type: 'text' }) metric: 'nps' | 'tnps' | 'csat' | 'ces';
  @Column({ type: 'smallint' }) score: number;
  @Column({ type: 'smallint', nullable: true }) picked: number | null;
  @Column({ type: 'text', nullable: true }) comment: string | null;
  @Column({ type: 'jsonb', default: {} }) answers: Record<string, unknown>;
  /** False: the score was given, later pages were not sent; `nextPage` is the one that comes next. */
  @Column({ type: 'boolean', default: true }) complete: boolean;
  @Column({ type: 'smallint', name: 'next_page', nullable: true }) nextPage: number | null;
  /** What makes the wording that was read, with the version; null for answers from other channels. */
  @Column({ type: 'jsonb', nullable: true }) seen: Seen | null;
  @Column({ type: 'boolean', name: 'may_contact', nullable: true }) mayContact: boolean | null;
  @Column({ type: 'text' }) channel: string;
  @Column({ type: 'text', nullable: true }) locale: string | null;
  @Column({ type: 'text', array: true, default: [] }) flags: string[];
  @Column({ type: 'timestamptz', name: 'withdrawn_at', nullable: true }) withdrawnAt: Date | null;
  @Column({ type: 'text', name: 'sentiment_state', default: 'pending' }) sentimentState:
    'pending' | 'read' | 'unreadable';
  @Column({ type: 'text', name: 'sentiment_label', nullable: true }) sentimentLabel:
    'negative' | 'neutral' | 'positive' | null;
  @Column({ type: 'real', name: 'sentiment_score', nullable: true }) sentimentScore: number | null;
  @Column({ type: 'text', name: 'sentiment_reason', nullable: true }) sentimentReason: string | null;
  @Column({ type: 'text', nullable: true }) language: string | null;
  @Column({ type: 'text', nullable: true }) engine: string | null;
  @Column({ type: 'timestamptz', name: 'submitted_at', default: () => 'now()' }) submittedAt: Date;
  @Column({ type: 'integer', default: 1 }) version: number;
}

export const responseEntities = [Response];
