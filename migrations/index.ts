import { PlatformAndIdentity1700000000001 } from './1700000000001-platform-and-identity.js';
import { CustomersAndJourneys1700000000002 } from './1700000000002-customers-and-journeys.js';
import { SurveysAndDistribution1700000000003 } from './1700000000003-surveys-and-distribution.js';
import { ResponsesAndPainPoints1700000000004 } from './1700000000004-responses-and-pain-points.js';
import { ActionsAndInsights1700000000005 } from './1700000000005-actions-and-insights.js';
import { ContactPolicy1700000000010 } from './1700000000010-contact-policy.js';
import { CampaignsAndTriggers1700000000011 } from './1700000000011-campaigns-and-triggers.js';
import { SendRates1700000000012 } from './1700000000012-send-rates.js';
import { SenderIdentityAndSuppression1700000000013 } from './1700000000013-sender-identity-and-suppression.js';
import { SurveyDesign1700000000014 } from './1700000000014-survey-design.js';
import { OpenLinksAndVisits1700000000015 } from './1700000000015-open-links-and-visits.js';
import { RulesSlaEscalation1700000000017 } from './1700000000017-rules-sla-escalation.js';
import { ResponseDays1700000000018 } from './1700000000018-response-days.js';
import { LanguageCorrections1700000000019 } from './1700000000019-language-corrections.js';
import { WorkingTheCase1700000000020 } from './1700000000020-working-the-case.js';
import { AddressesByKey1700000000021 } from './1700000000021-addresses-by-key.js';
import { TextChannels1700000000022 } from './1700000000022-text-channels.js';
import { KeysPresented1700000000029 } from './1700000000029-keys-presented.js';

/** Append-only: a migration that has been released is never edited. */
export const migrations = [
  PlatformAndIdentity1700000000001,
  CustomersAndJourneys1700000000002,
  SurveysAndDistribution1700000000003,
  ResponsesAndPainPoints1700000000004,
  ActionsAndInsights1700000000005,
  ContactPolicy1700000000010,
  CampaignsAndTriggers1700000000011,
  SendRates1700000000012,
  SenderIdentityAndSuppression1700000000013,
  SurveyDesign1700000000014,
  OpenLinksAndVisits1700000000015,
  RulesSlaEscalation1700000000017,
  ResponseDays1700000000018,
  LanguageCorrections1700000000019,
  WorkingTheCase1700000000020,
  AddressesByKey1700000000021,
  TextChannels1700000000022,
  KeysPresented1700000000029,
];
