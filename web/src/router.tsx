import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
  type RouteComponent,
} from '@tanstack/react-router';
import { PageError } from './components/error-state.js';
import { NotFound } from './components/not-found.js';
import { PageSkeleton } from './components/skeleton.js';
import { pages } from './pages.js';
import { casesSearch } from './pages/actions/cases-search.js';
import { improvementsSearch } from './pages/actions/improvements-search.js';
import { customerSearch, customersSearch } from './pages/customers/customers-search.js';
import { campaignSearch, campaignsSearch, triggersSearch } from './pages/distribution/distribution-search.js';
import { journeySearch, overviewSearch } from './pages/insights/insights-search.js';
import { painPointsSearch } from './pages/painpoints/pain-points-search.js';
import { responsesSearch } from './pages/responses/responses-search.js';
import { auditLogSearch, settingsListSearch } from './pages/settings/settings-search.js';
import { shareSearch } from './pages/channels/share-search.js';
import { surveySearch, surveysSearch } from './pages/surveys/surveys-search.js';
import { searchParams, textParam } from './search.js';
import { meQuery, startPage } from './session.js';

const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
});

const shellComponent: RouteComponent = lazyRouteComponent(() => import('./shell/shell.js'), 'Shell');

/** Everything behind the sign-in: nobody gets past this without a session, and the way back is kept in `next`. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const me = await context.client.ensureQueryData(meQuery);
    if (!me)
      throw redirect({
        to: '/sign-in',
        search: location.pathname === '/' ? {} : { next: location.href },
        replace: true,
      });
    return { me };
  },
  component: shellComponent,
  notFoundComponent: NotFound,
});

/** Unknown addresses look the same as foreign ones, inside the shell. */
const unknown = createRoute({ getParentRoute: () => shell, path: '$', component: NotFound });

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: ({ context }) => {
    throw redirect({ ...startPage(context.me), replace: true });
  },
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: searchParams({ next: textParam }),
  component: pages.signIn,
});
const signUp = createRoute({ getParentRoute: () => root, path: '/sign-up', component: pages.signUp });
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: searchParams({ token: textParam }),
  component: pages.setup,
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: pages.forgotPassword,
});
/** Behind the links in mails: a new password, or the first one of somebody invited. */
const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  validateSearch: searchParams({ token: textParam }),
  component: pages.reset,
});

const getStarted = createRoute({ getParentRoute: () => shell, path: '/get-started', component: pages.getStarted });

const cases = createRoute({
  getParentRoute: () => shell,
  path: '/cases',
  validateSearch: casesSearch,
  component: pages.cases,
});
/** Beside the list, below `<Outlet />` of the Cases page; the list's search params are its own too. */
const caseRoute = createRoute({ getParentRoute: () => cases, path: '$caseId', component: pages.case });

const painPoints = createRoute({
  getParentRoute: () => shell,
  path: '/pain-points',
  validateSearch: painPointsSearch,
  component: pages.painPoints,
});
const painPoint = createRoute({
  getParentRoute: () => shell,
  path: '/pain-points/$painPointId',
  validateSearch: painPointsSearch,
  component: pages.painPoint,
});

const improvements = createRoute({
  getParentRoute: () => shell,
  path: '/improvements',
  validateSearch: improvementsSearch,
  component: pages.improvements,
});
const improvement = createRoute({
  getParentRoute: () => shell,
  path: '/improvements/$improvementId',
  component: pages.improvement,
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/overview',
  validateSearch: overviewSearch,
  component: pages.overview,
});
const journey = createRoute({
  getParentRoute: () => shell,
  path: '/journey',
  validateSearch: journeySearch,
  component: pages.journey,
});

const responses = createRoute({
  getParentRoute: () => shell,
  path: '/responses',
  validateSearch: responsesSearch,
  component: pages.responses,
});
const response = createRoute({
  getParentRoute: () => shell,
  path: '/responses/$responseId',
  component: pages.response,
});

const customers = createRoute({
  getParentRoute: () => shell,
  path: '/customers',
  validateSearch: customersSearch,
  component: pages.customers,
});
const customer = createRoute({
  getParentRoute: () => shell,
  path: '/customers/$customerId',
  validateSearch: customerSearch,
  component: pages.customer,
});

const surveys = createRoute({
  getParentRoute: () => shell,
  path: '/surveys',
  validateSearch: surveysSearch,
  component: pages.surveys,
});
const survey = createRoute({
  getParentRoute: () => shell,
  path: '/surveys/$surveyId',
  validateSearch: surveySearch,
  component: pages.survey,
});
const share = createRoute({
  getParentRoute: () => shell,
  path: '/surveys/$surveyId/share',
  validateSearch: shareSearch,
  component: pages.share,
});

const campaigns = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns',
  validateSearch: campaignsSearch,
  component: pages.campaigns,
});
/** `new` as the id is a campaign that is not stored yet. */
const campaign = createRoute({
  getParentRoute: () => shell,
  path: '/campaigns/$campaignId',
  validateSearch: campaignSearch,
  component: pages.campaign,
});
const triggers = createRoute({
  getParentRoute: () => shell,
  path: '/triggers',
  validateSearch: triggersSearch,
  component: pages.triggers,
});

const settings = createRoute({ getParentRoute: () => shell, path: '/settings', component: pages.settings });
const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: '/',
  beforeLoad: ({ context }) => {
    const to = context.me.role === 'admin' ? '/settings/organization' : '/settings/preferences';
    throw redirect({ to, replace: true });
  },
});
const inSettings = { getParentRoute: () => settings, validateSearch: settingsListSearch } as const;
const settingsPages = [
  createRoute({ ...inSettings, path: 'preferences', component: pages.preferences }),
  createRoute({ ...inSettings, path: 'organization', component: pages.organization }),
  createRoute({ ...inSettings, path: 'users', component: pages.users }),
  createRoute({ ...inSettings, path: 'touchpoints', component: pages.touchpoints }),
  createRoute({ ...inSettings, path: 'case-rules', component: pages.caseRules }),
  createRoute({ ...inSettings, path: 'saved-replies', component: pages.savedReplies }),
  createRoute({ ...inSettings, path: 'root-causes', component: pages.rootCauses }),
  createRoute({ ...inSettings, path: 'sla', component: pages.sla }),
  createRoute({ ...inSettings, path: 'contact-policy', component: pages.contactPolicy }),
  createRoute({ ...inSettings, path: 'goals', component: pages.goals }),
  createRoute({ ...inSettings, path: 'digests', component: pages.digests }),
  createRoute({ ...inSettings, path: 'api-keys', component: pages.apiKeys }),
  createRoute({ ...inSettings, path: 'channels', component: pages.textChannels }),
  createRoute({ ...inSettings, path: 'language', component: pages.language }),
  createRoute({ ...inSettings, path: 'sender', component: pages.sender }),
  createRoute({ ...inSettings, path: 'suppressions', component: pages.suppressions }),
  createRoute({ ...inSettings, path: 'webhooks', component: pages.webhooks }),
  createRoute({
    getParentRoute: () => settings,
    path: 'audit-log',
    validateSearch: auditLogSearch,
    component: pages.auditLog,
  }),
] as const;

/** Shows every component in every state; vite leaves it out of builds. */
const gallery = createRoute({
  getParentRoute: () => root,
  path: '/gallery',
  component: (import.meta.env.MODE === 'development'
    ? lazyRouteComponent(() => import('./pages/gallery/gallery-page.js'), 'GalleryPage')
    : NotFound) as RouteComponent,
});

const routeTree = root.addChildren([
  signIn,
  signUp,
  setup,
  forgotPassword,
  reset,
  gallery,
  shell.addChildren([
    home,
    getStarted,
    cases.addChildren([caseRoute]),
    painPoints,
    painPoint,
    improvements,
    improvement,
    overview,
    journey,
    responses,
    response,
    customers,
    customer,
    surveys,
    survey,
    share,
    campaigns,
    campaign,
    triggers,
    settings.addChildren([settingsHome, ...settingsPages]),
    unknown,
  ]),
]);

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: 'intent',
    defaultPendingMs: 200,
    defaultPendingMinMs: 0,
    defaultPendingComponent: PageSkeleton,
    defaultErrorComponent: PageError,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
