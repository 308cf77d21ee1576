import { Injectable } from '@nestjs/common';
import { TextReceived } from '../../distribution/channels/channels.messages.js';
import { type InboundText, InboundTexts } from '../../distribution/channels/inbound-texts.service.js';
import { fillWords, TEXT_WORDS } from '../../distribution/channels/text-words.contract.js';
import { Texts } from '../../distribution/channels/texts.service.js';
import { Distribution, type Invitation } from '../../distribution/distribution.service.js';
import { Clock } from '../../platform/clock.js';
import { Db, type Tx } from '../../platform/db.js';
import { AppError } from '../../platform/errors.js';
import { Jobs } from '../../platform/jobs.js';
import { plainText } from '../../platform/messaging/segments.js';
import { Surveys } from '../../surveys/surveys.service.js';
import { builtInLocale, scoreRange } from '../../surveys/wording.js';
import type { AnswerChecks } from '../answer-checks/answer-checks.service.js';
import { Response } from '../responses.entity.js';
import { Responses } from '../responses.service.js';

const FOLLOW_UP = 'text_follow_up';
/** A text names its writer by the number that was asked: there is no post to judge. */
const UNJUDGED: Awaited<ReturnType<AnswerChecks['check']>> = { flags: [], network: null, suspect: false };

/** Words that are no answer to a survey, for whoever keeps them. */
export interface LeftoverText {
  id: string;
  customerId: string;
  touchpointId: string | null;
  /** E.164. */
  phone: string;
  text: string;
}

/**
 * What people write to an invitation by text. A bare number answers the newest survey that their number was asked and that is open; then we ask for
 * the reason, once, and what comes next is the comment. Everything else goes to whoever took `registerLeftovers`. A handler that runs twice finds
 * what it did.
 */
@Injectable()
export class TextAnswers {
  private leftovers: (tx: Tx, text: LeftoverText) => Promise<void> = () =>
    Promise.reject(new Error('nobody keeps texts'));

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
    private readonly distribution: Distribution,
    private readonly inbound: InboundTexts,
    private readonly texts: Texts,
    private readonly surveys: Surveys,
    private readonly responses: Responses,
    jobs: Jobs,
  ) {
    jobs.on(TextReceived, 'responses.take_text', ({ inboundId }, job) => this.take(job.tenantId, inboundId));
    texts.on(FOLLOW_UP, { render: (tx, message) => this.renderFollowUp(tx, message.subjectId) });
  }

  /** Takes the texts that are neither a score nor a comment, so that none is lost. */
  registerLeftovers(take: typeof this.leftovers): void {
    this.leftovers = take;
  }

  private async take(tenantId: string, inboundId: string): Promise<void> {
    const said = await this.db.tenant(tenantId, async (tx) => {
      const text = await this.inbound.waiting(tx, inboundId);
      return text && { text, asked: await this.openAsk(tx, text) };
    });
    if (!said) return;
    const { text, asked } = said;
    if (asked && (await this.score(tenantId, text, asked))) return;
    await this.db.tenant(tenantId, (tx) => this.keepWords(tx, inboundId));
  }

  /** The newest survey that this number was asked and may still answer, with the score that the text is; null when it is none. */
  private async openAsk(tx: Tx, text: InboundText): Promise<{ invitation: Invitation; score: number } | null> {
    const number = bareNumber(text.text);
    if (number === null) return null;
    for (const id of text.invitationIds) {
      const invitation = await this.distribution.invitation(tx, id);
      if (!invitation || !['sent', 'unknown', 'scheduled'].includes(invitation.status)) continue;
      if (invitation.expiresAt !== null && invitation.expiresAt <= this.clock.now()) continue;
      const { metric } = await this.surveys.version(tx, invitation.surveyId, invitation.surveyVersion);
      const { min, max } = scoreRange(metric);
      // A number off the scale is no answer to this survey; it is kept as words.
      return number >= min && number <= max ? { invitation, score: number } : null;
    }
    return null;
  }

  /** False when it did not become the answer: another came first, or the survey takes no more. */
  private async score(
    tenantId: string,
    text: InboundText,
    { invitation, score }: { invitation: Invitation; score: number },
  ): Promise<boolean> {
    const submissionId = `${invitation.id}:${text.id}`;
    try {
      await this.responses.submitAnswer(tenantId, {
        invitationId: invitation.id,
        submissionId,
        score,
        picked: null,
        comment: null,
        answers: {},
        mayContact: null,
        locale: invitation.locale,
        channel: text.channel,
        checked: UNJUDGED,
      });
    } catch (error) {
      if (error instanceof AppError && error.code === 'survey.ended') return false;
      throw error;
    }
    return this.db.tenant(tenantId, async (tx) => {
      if (!(await tx.em.findOneBy(Response, { submissionId }))) return false;
      if (!(await this.inbound.waiting(tx, text.id))) return true;
      await this.inbound.done(tx, text.id, 'score', invitation.id);
      const version = await this.surveys.version(tx, invitation.surveyId, invitation.surveyVersion);
      if (version.questions.some((question) => question.type === 'reason'))
        await this.texts.send(tx, [
          {
            kind: FOLLOW_UP,
            subjectId: invitation.id,
            channel: text.channel,
            to: text.phone,
            customerId: invitation.customerId,
          },
        ]);
      return true;
    });
  }

  /** The comment of an answer that has none, else a message to the team. */
  private async keepWords(tx: Tx, inboundId: string): Promise<void> {
    const text = await this.inbound.waiting(tx, inboundId);
    if (!text) return;
    if (text.text.trim() !== '')
      for (const id of text.invitationIds)
        if (await this.responses.addComment(tx, id, text.text)) return this.inbound.done(tx, text.id, 'comment', id);
    const [newest = null] = text.invitationIds;
    if (text.customerId === null || text.text.trim() === '') return this.inbound.done(tx, text.id, 'nobody', newest);
    const invitation = newest === null ? null : await this.distribution.invitation(tx, newest);
    await this.leftovers(tx, {
      id: text.id,
      customerId: text.customerId,
      touchpointId: invitation?.touchpointId ?? null,
      phone: text.phone,
      text: text.text,
    });
    await this.inbound.done(tx, text.id, 'message', newest);
  }

  private async renderFollowUp(tx: Tx, invitationId: string) {
    const answer = await tx.em.findOneBy(Response, { invitationId });
    // They may have written it on the page meanwhile.
    if (!answer || answer.comment !== null || answer.withdrawnAt) return null;
    const words = TEXT_WORDS[builtInLocale(answer.locale ?? 'en') ?? 'en'];
    return { text: plainText(fillWords(words.why, { score: answer.score })), template: null };
  }
}

/** `9`, `9/10` or `٩`, and nothing else; null for any other text. */
export function bareNumber(text: string): number | null {
  const ascii = text
    .trim()
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[۰-۹]/g, (digit) => String(digit.charCodeAt(0) - 0x6f0));
  const match = /^(\d{1,2})\s*(?:\/\s*(?:5|7|10))?[\s.!]*$/.exec(ascii);
  return match?.[1] === undefined ? null : Number(match[1]);
}
