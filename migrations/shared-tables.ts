/** The only tables without row security, each with the reason. A test compares this list with the database. */
export const SHARED_TABLES: Readonly<Record<string, string>> = {
  migrations: 'kept by TypeORM',
  tenants: 'who exists; read before the tenant of a request is known',
  users: 'a person may belong to several tenants and signs in before one is chosen',
  memberships: 'which tenants a signed-in person may enter',
  sessions: 'found by the hash of a cookie',
  link_tokens: 'one-use links of set-up, invitation and password reset, found by hash',
  short_links: 'short addresses of invitations, found by hash before the tenant is known',
  jobs: 'background work is claimed across tenants',
  rate_limits: 'counters of attempts, also of people who are nobody yet',
};
