import type { DataSourceOptions } from 'typeorm';
import { identityEntities } from './identity/identity.entity.js';
import { journeysEntities } from './journeys/journeys.entity.js';

/** Every entity of every module, one line each. */
export const entities = [...identityEntities, ...journeysEntities];

/** How the app, its tests and its tools talk to PostgreSQL as the app's role. */
export function dataSourceOptions(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities,
    extra: { max: 20, connectionTimeoutMillis: 5000, application_name: 'hearback' },
  };
}
