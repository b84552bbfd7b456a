import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { inBackground } from './lib/faults.ts';
import { meQuery } from './lib/me.ts';
import { NotFound, PageError } from './parts/Fallbacks.tsx';
import { Shell } from './parts/Shell.tsx';
import { queries } from './queries.ts';
import {
  auditSearch,
  careerSearch,
  claimsSearch,
  declareSearch,
  deferralsSearch,
  deskSearch,
  editSearch,
  loginSearch,
  statisticsClaimsSearch,
  statisticsPeopleSearch,
  statisticsSearch,
  trainingSearch,
  unitSearch,
  yearSearch,
} from './search.ts';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: PageError });

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: loginSearch,
  component: lazyRouteComponent(() => import('./pages/LoginPage.tsx'), 'LoginPage'),
});

/** Everything behind the login, inside the shell. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  errorComponent: PageError,
  // Asked for at once, not after the page's own script has come.
  loader: () => inBackground(queries.query(meQuery)),
});

const year = createRoute({
  getParentRoute: () => shell,
  path: '/',
  validateSearch: yearSearch,
  component: lazyRouteComponent(() => import('./pages/YearPage.tsx'), 'YearPage'),
});
const declare = createRoute({
  getParentRoute: () => shell,
  path: '/declare',
  validateSearch: declareSearch,
  component: lazyRouteComponent(() => import('./pages/DeclarePage.tsx'), 'DeclarePage'),
});
const claims = createRoute({
  getParentRoute: () => shell,
  path: '/claims',
  validateSearch: claimsSearch,
  component: lazyRouteComponent(() => import('./pages/ClaimsPage.tsx'), 'ClaimsPage'),
});
const claim = createRoute({
  getParentRoute: () => shell,
  path: '/claims/$claimId',
  component: lazyRouteComponent(() => import('./pages/ClaimPage.tsx'), 'ClaimPage'),
});
const edit = createRoute({
  getParentRoute: () => shell,
  path: '/claims/$claimId/edit',
  validateSearch: editSearch,
  component: lazyRouteComponent(() => import('./pages/EditPage.tsx'), 'EditPage'),
});
const certificates = createRoute({
  getParentRoute: () => shell,
  path: '/certificates',
  component: lazyRouteComponent(() => import('./pages/CertificatesPage.tsx'), 'CertificatesPage'),
});
const desk = createRoute({
  getParentRoute: () => shell,
  path: '/inbox',
  validateSearch: deskSearch,
  loaderDeps: ({ search: { task: _, ...filter } }) => filter,
  loader: async ({ deps }) => {
    const { tasksQuery } = await import('./desk/use-desk.ts');
    inBackground(queries.infiniteQuery(tasksQuery(deps)));
  },
  component: lazyRouteComponent(() => import('./pages/DeskPage.tsx'), 'DeskPage'),
});

const personYear = createRoute({
  getParentRoute: () => shell,
  path: '/people/$personId/years/$year',
  component: lazyRouteComponent(() => import('./pages/PersonYearPage.tsx'), 'PersonYearPage'),
});
const overview = createRoute({
  getParentRoute: () => shell,
  path: '/overview',
  component: lazyRouteComponent(() => import('./pages/OverviewPage.tsx'), 'OverviewPage'),
});
const notices = createRoute({
  getParentRoute: () => shell,
  path: '/notices',
  component: lazyRouteComponent(() => import('./pages/NoticesPage.tsx'), 'NoticesPage'),
});

const accesses = createRoute({
  getParentRoute: () => shell,
  path: '/accesses',
  component: lazyRouteComponent(() => import('./pages/AccessesPage.tsx'), 'AccessesPage'),
});
const machines = createRoute({
  getParentRoute: () => shell,
  path: '/admin/machines',
  component: lazyRouteComponent(() => import('./pages/MachinesPage.tsx'), 'MachinesPage'),
});
const audit = createRoute({
  getParentRoute: () => shell,
  path: '/admin/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('./pages/AuditPage.tsx'), 'AuditPage'),
});
const whatIf = createRoute({
  getParentRoute: () => shell,
  path: '/admin/what-if',
  component: lazyRouteComponent(() => import('./pages/WhatIfPage.tsx'), 'WhatIfPage'),
});
const yearClose = createRoute({
  getParentRoute: () => shell,
  path: '/admin/year-close',
  component: lazyRouteComponent(() => import('./pages/YearClosePage.tsx'), 'YearClosePage'),
});
const ledgerCases = createRoute({
  getParentRoute: () => shell,
  path: '/admin/ledger',
  component: lazyRouteComponent(() => import('./pages/LedgerCasesPage.tsx'), 'LedgerCasesPage'),
});
const statistics = createRoute({
  getParentRoute: () => shell,
  path: '/statistics',
  validateSearch: statisticsSearch,
  component: lazyRouteComponent(() => import('./pages/StatisticsPage.tsx'), 'StatisticsPage'),
});
const statisticsPeople = createRoute({
  getParentRoute: () => shell,
  path: '/statistics/people',
  validateSearch: statisticsPeopleSearch,
  component: lazyRouteComponent(() => import('./pages/StatisticsPeoplePage.tsx'), 'StatisticsPeoplePage'),
});
const statisticsClaims = createRoute({
  getParentRoute: () => shell,
  path: '/statistics/claims',
  validateSearch: statisticsClaimsSearch,
  component: lazyRouteComponent(() => import('./pages/StatisticsClaimsPage.tsx'), 'StatisticsClaimsPage'),
});
const unitPeople = createRoute({
  getParentRoute: () => shell,
  path: '/unit/people',
  validateSearch: unitSearch,
  component: lazyRouteComponent(() => import('./pages/UnitPeoplePage.tsx'), 'UnitPeoplePage'),
});
const plan = createRoute({
  getParentRoute: () => shell,
  path: '/unit/plan',
  validateSearch: unitSearch,
  component: lazyRouteComponent(() => import('./pages/PlanPage.tsx'), 'PlanPage'),
});
const trainings = createRoute({
  getParentRoute: () => shell,
  path: '/unit/trainings',
  validateSearch: unitSearch,
  component: lazyRouteComponent(() => import('./pages/TrainingsPage.tsx'), 'TrainingsPage'),
});
const training = createRoute({
  getParentRoute: () => shell,
  path: '/unit/trainings/$trainingId',
  validateSearch: trainingSearch,
  component: lazyRouteComponent(() => import('./pages/TrainingPage.tsx'), 'TrainingPage'),
});

const courses = createRoute({
  getParentRoute: () => shell,
  path: '/admin/courses',
  component: lazyRouteComponent(() => import('./pages/CoursesPage.tsx'), 'CoursesPage'),
});
const courseware = createRoute({
  getParentRoute: () => shell,
  path: '/admin/courseware',
  component: lazyRouteComponent(() => import('./pages/CoursewarePage.tsx'), 'CoursewarePage'),
});
const documents = createRoute({
  getParentRoute: () => shell,
  path: '/admin/documents',
  component: lazyRouteComponent(() => import('./pages/DocumentsPage.tsx'), 'DocumentsPage'),
});
const imports = createRoute({
  getParentRoute: () => shell,
  path: '/admin/imports',
  component: lazyRouteComponent(() => import('./pages/ImportPage.tsx'), 'ImportPage'),
});
const sanctions = createRoute({
  getParentRoute: () => shell,
  path: '/sanctions',
  component: lazyRouteComponent(() => import('./pages/SanctionsPage.tsx'), 'SanctionsPage'),
});
const sanction = createRoute({
  getParentRoute: () => shell,
  path: '/sanctions/$sanctionId',
  component: lazyRouteComponent(() => import('./pages/SanctionPage.tsx'), 'SanctionPage'),
});
const titleOrders = createRoute({
  getParentRoute: () => shell,
  path: '/title-orders',
  component: lazyRouteComponent(() => import('./pages/TitleOrdersPage.tsx'), 'TitleOrdersPage'),
});
const deferrals = createRoute({
  getParentRoute: () => shell,
  path: '/deferrals',
  validateSearch: deferralsSearch,
  component: lazyRouteComponent(() => import('./pages/DeferralsPage.tsx'), 'DeferralsPage'),
});

const escalations = createRoute({
  getParentRoute: () => shell,
  path: '/escalations',
  component: lazyRouteComponent(() => import('./pages/EscalationsPage.tsx'), 'EscalationsPage'),
});
const leaves = createRoute({
  getParentRoute: () => shell,
  path: '/leaves',
  component: lazyRouteComponent(() => import('./pages/LeavesPage.tsx'), 'LeavesPage'),
});
const stuck = createRoute({
  getParentRoute: () => shell,
  path: '/admin/stuck',
  component: lazyRouteComponent(() => import('./pages/StuckPage.tsx'), 'StuckPage'),
});
const reconsiderations = createRoute({
  getParentRoute: () => shell,
  path: '/reconsiderations',
  component: lazyRouteComponent(() => import('./pages/ReconsiderationsPage.tsx'), 'ReconsiderationsPage'),
});
const career = createRoute({
  getParentRoute: () => shell,
  path: '/me/career',
  validateSearch: careerSearch,
  component: lazyRouteComponent(() => import('./pages/CareerPage.tsx'), 'CareerPage'),
});
const unitRegister = createRoute({
  getParentRoute: () => shell,
  path: '/unit/register',
  component: lazyRouteComponent(() => import('./pages/RegisterPage.tsx'), 'RegisterPage'),
});
const merges = createRoute({
  getParentRoute: () => shell,
  path: '/admin/merges',
  component: lazyRouteComponent(() => import('./pages/MergesPage.tsx'), 'MergesPage'),
});
const unitMoves = createRoute({
  getParentRoute: () => shell,
  path: '/unit/moves',
  component: lazyRouteComponent(() => import('./pages/UnitMovesPage.tsx'), 'UnitMovesPage'),
});
const organisations = createRoute({
  getParentRoute: () => shell,
  path: '/admin/organisations',
  component: lazyRouteComponent(() => import('./pages/OrganisationsPage.tsx'), 'OrganisationsPage'),
});

const rectifications = createRoute({
  getParentRoute: () => shell,
  path: '/rectifications',
  component: lazyRouteComponent(() => import('./pages/RectificationsPage.tsx'), 'RectificationsPage'),
});

const complaints = createRoute({
  getParentRoute: () => shell,
  path: '/supervision/complaints',
  component: lazyRouteComponent(() => import('./pages/ComplaintsPage.tsx'), 'ComplaintsPage'),
});

const inspections = createRoute({
  getParentRoute: () => shell,
  path: '/supervision/inspections',
  component: lazyRouteComponent(() => import('./pages/InspectionsPage.tsx'), 'InspectionsPage'),
});

const misconducts = createRoute({
  getParentRoute: () => shell,
  path: '/supervision/misconducts',
  component: lazyRouteComponent(() => import('./pages/MisconductsPage.tsx'), 'MisconductsPage'),
});

const inquiries = createRoute({
  getParentRoute: () => shell,
  path: '/unit/inquiries',
  component: lazyRouteComponent(() => import('./pages/InquiriesPage.tsx'), 'InquiriesPage'),
});

/** For anybody, outside the shell: who complains need not sign in. */
const complain = createRoute({
  getParentRoute: () => root,
  path: '/complain',
  component: lazyRouteComponent(() => import('./pages/ComplainPage.tsx'), 'ComplainPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    login,
    complain,
    shell.addChildren([
      unitPeople,
      plan,
      trainings,
      training,
      year,
      courses,
      courseware,
      documents,
      imports,
      declare,
      claims,
      claim,
      edit,
      certificates,
      desk,
      personYear,
      overview,
      notices,
      accesses,
      machines,
      yearClose,
      ledgerCases,
      statistics,
      statisticsPeople,
      statisticsClaims,
      deferrals,
      sanctions,
      sanction,
      titleOrders,
      escalations,
      leaves,
      stuck,
      reconsiderations,
      career,
      unitRegister,
      merges,
      unitMoves,
      organisations,
      audit,
      whatIf,
      rectifications,
      complaints,
      inspections,
      misconducts,
      inquiries,
    ]),
  ]),
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: PageError,
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
