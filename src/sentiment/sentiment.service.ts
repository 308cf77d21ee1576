import { Injectable } from '@nestjs/common';
import { Db } from '../platform/db.js';
import { Jobs } from '../platform/jobs.js';
import { ResponseReceived } from '../responses/responses.messages.js';
import { type Reading, Responses } from '../responses/responses.service.js';
import { engineVersion, readComment } from './engine/index.js';
import { SentimentTagged } from './sentiment.messages.js';

/** Reads what customers wrote, on this machine; scores never enter, only words. */
@Injectable()
export class SentimentService {
  constructor(
    private readonly db: Db,
    private readonly jobs: Jobs,
    private readonly responses: Responses,
  ) {
    jobs.on(ResponseReceived, 'sentiment.tag', ({ responseId, version }, job) =>
      this.tag(job.tenantId, responseId, version),
    );
  }

  /** One comment's reading in the shape that responses keep. */
  read(comment: string, locale: string | null): Reading {
    const { language, label, score, reason, statements } = readComment(comment, locale ? { locale } : {});
    return {
      language,
      label,
      score,
      reason,
      engine: engineVersion,
      statements: statements.map(({ text, start, end, label: statementLabel, score: statementScore, aspect }) => ({
        text,
        start,
        end,
        label: statementLabel,
        score: statementScore,
        aspect,
      })),
    };
  }

  private tag(tenantId: string, responseId: string, version: number): Promise<void> {
    return this.db.tenant(tenantId, async (tx) => {
      const response = await this.responses.find(tx, responseId);
      // A later version has a message of its own.
      if (!response || response.version !== version) return;
      if (response.sentimentState === 'pending' && response.comment !== null)
        await this.responses.storeReading(tx, response, this.read(response.comment, response.locale));
      await this.jobs.send(tx, SentimentTagged, `${responseId}:${version}`, { responseId, version });
    });
  }
}
