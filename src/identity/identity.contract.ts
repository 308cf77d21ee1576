import { z } from 'zod';
import { pageOf, pageQuery } from '../platform/page.contract.js';

export const RoleName = z.enum(['admin', 'manager', 'agent', 'viewer'], {
  error: 'Choose admin, manager, agent or viewer',
});

export const Email = z
  .string({ error: 'Enter an e-mail address' })
  .trim()
  .max(254)
  .regex(/^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/, { error: 'Enter one e-mail address, such as ana@example.org' });

export const TimeZone = z.string().refine(
  (zone) => {
    try {
      return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
    } catch {
      return false;
    }
  },
  { error: 'Enter a time zone such as Europe/Berlin' },
);

export const Locale = z.string().refine(
  (locale) => {
    try {
      return Intl.getCanonicalLocales(locale).length === 1;
    } catch {
      return false;
    }
  },
  { error: 'Enter a language tag such as en or de-AT' },
);

const name = (what: string) =>
  z
    .string({ error: `Enter ${what}` })
    .trim()
    .min(1, { error: `Enter ${what}` })
    .max(200, { error: 'Use at most 200 characters' });
const NewPassword = z
  .string({ error: 'Choose a password' })
  .min(12, { error: 'Use at least 12 characters; several words are easy to remember' })
  .max(200, { error: 'Use at most 200 characters' });

export const SignUp = z.strictObject({
  organization: name('the name of your organization'),
  name: name('your name'),
  email: Email,
  password: NewPassword,
  timeZone: TimeZone.optional(),
  locale: Locale.optional(),
});
export const SetUp = SignUp.extend({ token: z.string().min(1).max(200) });
export const SignedUp = z.object({ organization: z.object({ id: z.uuid(), name: z.string() }) });

export const SignIn = z.strictObject({
  email: z.string().max(254),
  password: z.string().max(200),
  organizationId: z.uuid().optional(),
});
export const Me = z.object({
  id: z.uuid(),
  name: z.string(),
  email: z.string(),
  role: RoleName,
  organization: z.object({ id: z.uuid(), name: z.string(), timeZone: z.string(), locale: z.string() }),
  organizations: z.array(z.object({ id: z.uuid(), name: z.string() })),
  preferences: z.record(z.string(), z.unknown()),
});
export const ChangeMe = z.strictObject({
  preferences: z.record(z.string().max(50), z.unknown()).optional(),
  name: name('your name').optional(),
});
export const DemoSignIns = z.object({
  signIns: z.array(z.object({ email: z.string(), role: RoleName, password: z.string() })),
});

export const ForgotPassword = z.strictObject({ email: Email });
export const ResetPassword = z.strictObject({ token: z.string().min(1).max(200), password: NewPassword });

const color = z.string().regex(/^#[0-9a-fA-F]{6}$/, { error: 'Enter a colour such as #0B6470' });
export const OrganizationView = z.object({
  id: z.uuid(),
  name: z.string(),
  timeZone: z.string(),
  locale: z.string(),
  brand: z.object({ color: z.string().optional(), logo: z.string().optional() }),
  postalAddress: z.string().nullable(),
  privacyUrl: z.string().nullable(),
  sender: z.object({ name: z.string().optional(), address: z.string().optional(), replyTo: z.string().optional() }),
  version: z.number().int(),
  /** What was changed so that it can be read, e.g. a brand colour made darker. */
  notices: z.array(z.string()),
});
export const ChangeOrganization = z.strictObject({
  name: name('the name').optional(),
  timeZone: TimeZone.optional(),
  locale: Locale.optional(),
  brand: z
    .strictObject({
      color: color.optional(),
      logo: z
        .url({ protocol: /^https$/, error: 'Enter an https address' })
        .max(500)
        .optional(),
    })
    .optional(),
  postalAddress: z.string().max(500).nullable().optional(),
  privacyUrl: z
    .url({ protocol: /^https?$/, error: 'Enter a web address' })
    .max(500)
    .nullable()
    .optional(),
  sender: z
    .strictObject({
      name: z
        .string()
        .max(100)
        .regex(/^[^\r\n<>"]*$/, { error: 'Leave out line breaks, quotes and angle brackets' })
        .optional(),
      address: Email.optional(),
      replyTo: Email.optional(),
    })
    .optional(),
  version: z.number().int().optional(),
});

export const UserView = z.object({
  id: z.uuid(),
  email: z.string(),
  name: z.string(),
  role: RoleName,
  teamIds: z.array(z.uuid()),
  disabled: z.boolean(),
  invited: z.boolean(),
  /** First and last local day away; null: here. The last day null: until further notice. Rules give no case in that time. */
  absentFrom: z.string().nullable(),
  absentTo: z.string().nullable(),
  /** Open cases that rules give at most; null: no limit. */
  capacity: z.number().int().nullable(),
  version: z.number().int(),
});
export const UserPage = pageOf(UserView);
export const NewUser = z.strictObject({
  email: Email,
  name: name('a name'),
  role: RoleName,
  teamIds: z.array(z.uuid()).max(50).default([]),
  password: NewPassword.optional(),
});
export const ChangeUser = z.strictObject({
  name: name('a name').optional(),
  role: RoleName.optional(),
  teamIds: z.array(z.uuid()).max(50).optional(),
  disabled: z.boolean().optional(),
  /** Both belong together: give `absentFrom` null to be back. */
  absentFrom: z.iso.date({ error: 'Enter a date such as 2026-12-21' }).nullable().optional(),
  absentTo: z.iso.date({ error: 'Enter a date such as 2027-01-04' }).nullable().optional(),
  capacity: z
    .int({ error: 'Enter a number of cases' })
    .min(0, { error: 'Enter a number of cases, 0 for none' })
    .max(10_000)
    .nullable()
    .optional(),
  version: z.number().int().optional(),
});

export const TeamView = z.object({
  id: z.uuid(),
  name: z.string(),
  members: z.array(z.uuid()),
  /** Who hears of cases of the team that are late. */
  leadId: z.uuid().nullable(),
  version: z.number().int(),
});
export const TeamPage = pageOf(TeamView);
export const NewTeam = z.strictObject({ name: name('a name') });
export const ChangeTeam = z.strictObject({
  name: name('a name').optional(),
  leadId: z.uuid({ error: 'Choose a person' }).nullable().optional(),
  version: z.number().int().optional(),
});

const Scope = z.string().regex(/^(\*|read|write|admin|[a-z-]+:(read|write|\*)|\*:(read|write))$/, {
  error: 'Use *, read, write, admin or resource:read, such as events:write',
});
export const ApiKeyView = z.object({
  id: z.uuid(),
  name: z.string(),
  scopes: z.array(z.string()),
  prefix: z.string(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
});
export const ApiKeyPage = pageOf(ApiKeyView);
export const NewApiKey = z.strictObject({
  name: name('what the key is for'),
  scopes: z.array(Scope).min(1).max(50).default(['*']),
  expiresAt: z.iso.datetime({ offset: true }).nullable().optional(),
});
export const ApiKeyCreated = ApiKeyView.extend({ secret: z.string() });

export const ListQuery = z.strictObject({ ...pageQuery });
export const AuditEntry = z.object({
  id: z.uuid(),
  at: z.string(),
  actor: z.object({ kind: z.string(), id: z.uuid().nullable(), name: z.string().nullable() }),
  action: z.string(),
  subject: z.object({ kind: z.string(), id: z.uuid().nullable() }).nullable(),
  details: z.record(z.string(), z.unknown()),
});
export const AuditPage = pageOf(AuditEntry);
