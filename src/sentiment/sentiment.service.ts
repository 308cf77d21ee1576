import { Injectable } from '@nestjs/common';
import { Db, type Tx } from '../platform/db.js';
import { newId } from '../platform/ids.js';
import { Jobs } from '../platform/jobs.js';
import { ResponseReceived } from '../responses/responses.messages.js';
import { type Reading, Responses } from '../responses/responses.service.js';
import { Corrections } from './corrections.service.js';
import { engineVersion, readComment } from './engine/index.js';
import { LanguageModels } from './language-models.service.js';
import { SentimentTagged } from './sentiment.messages.js';
import type { Understood } from './understanding/index.js';
import { StatementVectors } from './vectors.service.js';

/** Reads what customers wrote, on this machine unless an admin switched on a model elsewhere; scores never enter, only words. */
@Injectable()
export class SentimentService {
  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    private readonly responses: Responses,
    private readonly models: LanguageModels,
    private readonly vectors: StatementVectors,
    private readonly corrections: Corrections,
  ) {
    jobs.on(ResponseReceived, 'sentiment.tag', ({ responseId, version }, job) =>
      this.tag(job.tenantId, responseId, version),
    );
  }

  /** One comment's reading by words alone, in the shape that responses keep; for loading a history in bulk. */
  read(comment: string, locale: string | null): Reading {
    return stored({ ...readComment(comment, locale ? { locale } : {}), engine: engineVersion });
  }

  private async tag(tenantId: string, responseId: string, version: number): Promise<void> {
    const comment = await this.db.tenant(tenantId, async (tx) => {
      const response = await this.responses.find(tx, responseId);
      // A later version has a message of its own.
      if (!response || response.version !== version) return null;
      if (response.sentimentState === 'pending' && response.comment !== null)
        return { text: response.comment, locale: response.locale };
      await this.tell(tx, responseId, version);
      return null;
    });
    if (!comment) return;
    // No transaction is open while a thread or a model is asked.
    const understood = await this.models.read(tenantId, comment);
    const reading = stored(understood);
    await this.db.tenant(tenantId, async (tx) => {
      const response = await this.responses.find(tx, responseId);
      if (!response || response.version !== version) return;
      if (await this.responses.storeReading(tx, response, reading)) {
        await this.vectors.store(
          tx,
          understood.statements.flatMap(({ vector }, n) => {
            const statementId = reading.statements[n]?.id;
            return vector && statementId && n < MOST_VECTORS ? [{ statementId, vector }] : [];
          }),
        );
        if (await this.corrections.reapply(tx, responseId)) await this.responses.resumSentiment(tx, responseId);
      }
      await this.tell(tx, responseId, version);
    });
  }

  private tell(tx: Tx, responseId: string, version: number): Promise<void> {
    return this.jobs.send(tx, SentimentTagged, `${responseId}:${version}`, { responseId, version });
  }
}

/** As many statements as responses keep of one comment. */
const MOST_VECTORS = 200;

function stored(
  reading: Pick<Understood, 'language' | 'label' | 'score' | 'reason' | 'engine'> & {
    statements: Omit<Understood['statements'][number], 'vector'>[];
  },
): Reading {
  const { language, label, score, reason, engine } = reading;
  return {
    language,
    label,
    score,
    reason,
    engine,
    statements: reading.statements.map((one) => ({
      id: newId(),
      text: one.text,
      start: one.start,
      end: one.end,
      label: one.label,
      score: one.score,
      aspect: one.aspect,
      certainty: one.certainty,
      unsure: one.unsure,
      signals: one.flags,
    })),
  };
}
