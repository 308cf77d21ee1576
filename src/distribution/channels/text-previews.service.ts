import { Injectable } from '@nestjs/common';
import { Identity } from '../../identity/identity.service.js';
import type { Principal } from '../../platform/auth.js';
import { Db } from '../../platform/db.js';
import { invalid } from '../../platform/errors.js';
import { newId } from '../../platform/ids.js';
import type { TextChannel } from '../../platform/messaging/channel.js';
import { internationalPhone } from '../../platform/messaging/phone.js';
import { segmentsOf } from '../../platform/messaging/segments.js';
import { RateLimits } from '../../platform/rate-limit.js';
import { Surveys } from '../../surveys/surveys.service.js';
import { wording } from '../../surveys/wording.js';
import type { TextChannelView, TextPreview } from './channels.contract.js';
import { Channels, TEST_TEXT } from './channels.service.js';
import { invitationText } from './invitation-text.js';
import { ShortLinks } from './short-links.service.js';
import { Texts } from './texts.service.js';

const TESTS = { name: 'channel_test', points: 20, seconds: 3600 };

/** What staff see of texts before customers do. */
@Injectable()
export class TextPreviews {
  constructor(
    private readonly db: Db,
    private readonly limits: RateLimits,
    private readonly identity: Identity,
    private readonly surveys: Surveys,
    private readonly channels: Channels,
    private readonly texts: Texts,
    private readonly links: ShortLinks,
  ) {}

  /** @throws AppError survey.not_found */
  preview(tenantId: string, surveyId: string, locale: string | undefined): Promise<TextPreview> {
    return this.db.tenant(tenantId, async (tx) => {
      const survey = await this.surveys.draft(tx, surveyId);
      const words = wording(survey, locale ?? survey.locales[0] ?? 'en');
      const { text } = invitationText({
        organization: (await this.identity.tenant(tx)).name,
        wording: words,
        touchpoint: survey.names.touchpoint,
        isReminder: false,
        url: this.links.example(),
      });
      return { text, locale: words.locale, ...segmentsOf(text) };
    });
  }

  /** @throws AppError input.invalid, channel.not_ready, request.too_many */
  async sendTest(who: Principal, channel: TextChannel, to: string): Promise<TextChannelView> {
    const phone = internationalPhone(to);
    if (phone === null) throw invalid('to', 'Enter a number with its country, such as +49 30 1234567.');
    await this.limits.take(TESTS, who.tenantId);
    return this.db.tenant(who.tenantId, async (tx) => {
      await this.channels.requireReady(tx, channel);
      await this.texts.send(tx, [{ kind: TEST_TEXT, subjectId: newId(), channel, to: phone, customerId: null }]);
      await this.identity.audit(tx, who, 'channel.tested', undefined, { channel });
      return this.channels.view(tx, channel);
    });
  }
}
