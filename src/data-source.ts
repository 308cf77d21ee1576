import type { DataSourceOptions } from 'typeorm';
import { actionEntities } from './actions/actions.entity.js';
import { distributionEntities } from './distribution/distribution.entity.js';
import { identityEntities } from './identity/identity.entity.js';
import { insightsEntities } from './insights/insights.entity.js';
import { journeysEntities } from './journeys/journeys.entity.js';
import { painPointEntities } from './painpoints/painpoints.entity.js';
import { responseEntities } from './responses/responses.entity.js';
import { surveysEntities } from './surveys/surveys.entity.js';
import { webhookEntities } from './webhooks/webhooks.entity.js';

/** Every entity of every module, one line each. */
export const entities = [
  ...identityEntities,
  ...journeysEntities,
  ...surveysEntities,
  ...distributionEntities,
  ...responseEntities,
  ...painPointEntities,
  ...insightsEntities,
  ...webhookEntities,
  ...actionEntities,
];

/** How the app, its tests and its tools talk to PostgreSQL as the app's role. */
export function dataSourceOptions(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities,
    extra: { max: 20, connectionTimeoutMillis: 5000, application_name: 'hearback' },
  };
}
