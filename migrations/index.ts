import { PlatformAndIdentity1700000000001 } from './1700000000001-platform-and-identity.js';
import { CustomersAndJourneys1700000000002 } from './1700000000002-customers-and-journeys.js';
import { SurveysAndDistribution1700000000003 } from './1700000000003-surveys-and-distribution.js';
import { ResponsesAndPainPoints1700000000004 } from './1700000000004-responses-and-pain-points.js';
import { ActionsAndInsights1700000000005 } from './1700000000005-actions-and-insights.js';

/** Append-only: a migration that has been released is never edited. */
export const migrations = [
  PlatformAndIdentity1700000000001,
  CustomersAndJourneys1700000000002,
  SurveysAndDistribution1700000000003,
  ResponsesAndPainPoints1700000000004,
  ActionsAndInsights1700000000005,
];
