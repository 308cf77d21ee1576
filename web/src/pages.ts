import { lazyRouteComponent, type RouteComponent } from '@tanstack/react-router';

/**
 * Every page of the app, each a chunk of its own. The declared type (not an inferred one) matters: pages use the router's types, and the router
 * would otherwise need theirs.
 */
export const pages: Readonly<Record<PageName, RouteComponent>> = {
  signIn: lazyRouteComponent(() => import('./pages/identity/sign-in-page.js'), 'SignInPage'),
  signUp: lazyRouteComponent(() => import('./pages/identity/sign-up-page.js'), 'SignUpPage'),
  forgotPassword: lazyRouteComponent(() => import('./pages/identity/forgot-password-page.js'), 'ForgotPasswordPage'),
  reset: lazyRouteComponent(() => import('./pages/identity/reset-page.js'), 'ResetPage'),
  setup: lazyRouteComponent(() => import('./pages/identity/setup-page.js'), 'SetupPage'),
  getStarted: lazyRouteComponent(() => import('./pages/identity/get-started-page.js'), 'GetStartedPage'),
  cases: lazyRouteComponent(() => import('./pages/actions/cases-page.js'), 'CasesPage'),
  case: lazyRouteComponent(() => import('./pages/actions/case-page.js'), 'CasePage'),
  painPoints: lazyRouteComponent(() => import('./pages/painpoints/pain-points-page.js'), 'PainPointsPage'),
  painPoint: lazyRouteComponent(() => import('./pages/painpoints/pain-point-page.js'), 'PainPointPage'),
  improvements: lazyRouteComponent(() => import('./pages/actions/improvements-page.js'), 'ImprovementsPage'),
  improvement: lazyRouteComponent(() => import('./pages/actions/improvement-page.js'), 'ImprovementPage'),
  overview: lazyRouteComponent(() => import('./pages/insights/overview-page.js'), 'OverviewPage'),
  journey: lazyRouteComponent(() => import('./pages/insights/journey-page.js'), 'JourneyPage'),
  responses: lazyRouteComponent(() => import('./pages/responses/responses-page.js'), 'ResponsesPage'),
  response: lazyRouteComponent(() => import('./pages/responses/response-page.js'), 'ResponsePage'),
  customers: lazyRouteComponent(() => import('./pages/customers/customers-page.js'), 'CustomersPage'),
  customer: lazyRouteComponent(() => import('./pages/customers/customer-page.js'), 'CustomerPage'),
  surveys: lazyRouteComponent(() => import('./pages/surveys/surveys-page.js'), 'SurveysPage'),
  survey: lazyRouteComponent(() => import('./pages/surveys/survey-page.js'), 'SurveyPage'),
  share: lazyRouteComponent(() => import('./pages/channels/share-page.js'), 'SharePage'),
  campaigns: lazyRouteComponent(() => import('./pages/distribution/campaigns-page.js'), 'CampaignsPage'),
  campaign: lazyRouteComponent(() => import('./pages/distribution/campaign-page.js'), 'CampaignPage'),
  triggers: lazyRouteComponent(() => import('./pages/distribution/triggers-page.js'), 'TriggersPage'),
  organization: lazyRouteComponent(() => import('./pages/identity/organization-page.js'), 'OrganizationPage'),
  users: lazyRouteComponent(() => import('./pages/identity/users-page.js'), 'UsersPage'),
  touchpoints: lazyRouteComponent(() => import('./pages/journeys/touchpoints-page.js'), 'TouchpointsPage'),
  caseRules: lazyRouteComponent(() => import('./pages/actions/case-rules-page.js'), 'CaseRulesPage'),
  savedReplies: lazyRouteComponent(() => import('./pages/actions/saved-replies-page.js'), 'SavedRepliesPage'),
  rootCauses: lazyRouteComponent(() => import('./pages/actions/root-causes-page.js'), 'RootCausesPage'),
  sla: lazyRouteComponent(() => import('./pages/settings/sla/sla-page.js'), 'SlaPage'),
  contactPolicy: lazyRouteComponent(() => import('./pages/distribution/contact-policy-page.js'), 'ContactPolicyPage'),
  goals: lazyRouteComponent(() => import('./pages/insights/goals-page.js'), 'GoalsPage'),
  digests: lazyRouteComponent(() => import('./pages/insights/digests-page.js'), 'DigestsPage'),
  apiKeys: lazyRouteComponent(() => import('./pages/identity/api-keys-page.js'), 'ApiKeysPage'),
  webhooks: lazyRouteComponent(() => import('./pages/identity/webhooks-page.js'), 'WebhooksPage'),
  textChannels: lazyRouteComponent(() => import('./pages/channels/text-channels-page.js'), 'TextChannelsPage'),
  language: lazyRouteComponent(() => import('./pages/settings/language/language-page.js'), 'LanguagePage'),
  sender: lazyRouteComponent(() => import('./pages/settings/sender-page.js'), 'SenderPage'),
  suppressions: lazyRouteComponent(() => import('./pages/settings/suppressions-page.js'), 'SuppressionsPage'),
  auditLog: lazyRouteComponent(() => import('./pages/identity/audit-log-page.js'), 'AuditLogPage'),
  settings: lazyRouteComponent(() => import('./pages/settings/settings-page.js'), 'SettingsPage'),
  preferences: lazyRouteComponent(() => import('./pages/settings/preferences-page.js'), 'PreferencesPage'),
};

type PageName =
  | 'signIn'
  | 'signUp'
  | 'forgotPassword'
  | 'reset'
  | 'setup'
  | 'getStarted'
  | 'cases'
  | 'case'
  | 'painPoints'
  | 'painPoint'
  | 'improvements'
  | 'improvement'
  | 'overview'
  | 'journey'
  | 'responses'
  | 'response'
  | 'customers'
  | 'customer'
  | 'surveys'
  | 'survey'
  | 'share'
  | 'campaigns'
  | 'campaign'
  | 'triggers'
  | 'organization'
  | 'users'
  | 'touchpoints'
  | 'caseRules'
  | 'savedReplies'
  | 'rootCauses'
  | 'sla'
  | 'contactPolicy'
  | 'goals'
  | 'digests'
  | 'apiKeys'
  | 'webhooks'
  | 'textChannels'
  | 'language'
  | 'sender'
  | 'suppressions'
  | 'auditLog'
  | 'settings'
  | 'preferences';
