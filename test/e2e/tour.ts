import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { HttpClient } from '../../bin/lib/http-client.ts';
import type { Me } from '../../contract/session.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD, type DemoAccount } from '../../db/demo/accounts.ts';
import { DEFERRAL_STATES } from '../../rules/deferral.ts';
import { codes, FORMS } from '../../rules/vocabulary.ts';
import { NAV } from '../../web/nav.ts';
import { PHONE } from './browser.ts';

/**
 * The pages of the demo province, each for those whose page it is, and what can be opened on it: what `npm run screenshots` takes
 * pictures of and axe looks at. A page of the menus is on the tour by itself; one with a parameter needs a line here.
 */

/** A page as somebody sees it. */
export type Stop = {
  name: string;
  account: string;
  path: string;
  /** What is opened on the page before it is looked at. */
  open?: (page: Page) => Promise<void>;
};
/** Whoever looks without an account. */
export const STRANGER = 'stranger';

/** Somebody signed in: at the API, and for a browser's cookie. */
export type Visitor = { account: DemoAccount; client: HttpClient; me: Me };

export async function visitorsAt(base: string): Promise<Visitor[]> {
  const visitors: Visitor[] = [];
  for (const account of DEMO_ACCOUNTS) {
    const client = await HttpClient.signedIn(base, account.username, DEMO_PASSWORD);
    visitors.push({ account, client, me: await client.call('me', {}) });
  }
  return visitors;
}

export async function tourOf(visitors: readonly Visitor[]): Promise<Stop[]> {
  const at = (username: string): Visitor => {
    const found = visitors.find((visitor) => visitor.account.username === username);
    if (found === undefined) throw new Error(`nobody is called ${username}`);
    return found;
  };
  return [...menuStops(visitors), ...(await detailStops(at)), ...(await deskStops(visitors)), ...SCENES];
}

/** The page with its data, and what is opened on it. */
export async function arrive(page: Page, { path: address, open }: Stop): Promise<void> {
  await page.goto(address);
  await atRest(page);
  if (!open) return;
  await open(page);
  await atRest(page);
}

/** Something has been drawn, nothing is being fetched any more, and what moves has come to rest. */
async function atRest(page: Page): Promise<void> {
  await page.locator('h1, [data-testid=decision]').first().waitFor();
  await page.locator('.ant-spin-spinning, [aria-busy=true]').first().waitFor({ state: 'detached' });
  await page.waitForTimeout(250);
}

/** Paths of web/router.tsx that no stop opens. */
export function unvisited(stops: readonly Stop[]): string[] {
  const source = readFileSync(new URL('../../web/router.tsx', import.meta.url), 'utf8');
  const paths = [...source.matchAll(/path: '([^']+)'/g)].map(([, path = '']) => path);
  return paths.filter((path) => {
    const pattern = new RegExp(`^${path.replaceAll(/\$\w+/g, '[^/?]+')}(\\?|$)`);
    return !stops.some((stop) => pattern.test(stop.path));
  });
}

/** Everybody's own pages are alike: looked at with those who have something there, and one who has nothing. */
const ALIKE: Readonly<Record<string, readonly string[]>> = {
  '/': ['doctor', 'teacher', 'hospital', 'admin'],
  '/overview': ['hospital-manager', 'yc-hrss', 'yc-supervisor', 'prov-hrss', 'admin', 'auditor'],
  '/deferrals': ['doctor', 'hospital', 'yc-hrss', 'admin'],
  '/claims': ['doctor', 'teacher', 'hospital-manager'],
  '/declare': ['doctor'],
  '/notices': ['doctor', 'hospital'],
  '/accesses': ['doctor', 'admin'],
  '/me/career': ['doctor', 'admin'],
  '/complain': ['doctor'],
  '/sanctions': ['technician', 'yc-second-supervisor'],
};

/** Sees what `admin` sees. */
const SEES_THE_SAME = 'second-admin';

function menuStops(visitors: readonly Visitor[]): Stop[] {
  const different = visitors.filter(({ account }) => account.username !== SEES_THE_SAME);
  return different.flatMap(({ account, me }) => {
    const menus = NAV.flatMap(({ pages }) => pages).filter(({ visible }) => visible(me));
    const paths = new Set(['/', '/declare', '/claims', '/notices', ...menus.map(({ to }) => String(to))]);
    if (me.holdings.length > 0) paths.add('/overview');
    if (me.holdings.some(({ stage }) => stage !== null)) paths.add('/inbox');
    return [...paths]
      .filter((path) => ALIKE[path]?.includes(account.username) ?? true)
      .map((path) => ({
        name: path === '/' ? 'year' : path.slice(1).replaceAll('/', '-'),
        account: account.username,
        path,
      }));
  });
}

/** Pages about one thing: a claim in each state, a training, a person's year. */
async function detailStops(at: (username: string) => Visitor): Promise<Stop[]> {
  return [
    ...(await claimStops([at('teacher'), at('engineer-central'), at('freelancer')])),
    ...(await trainingStops([at('hospital-manager'), at('base-manager')])),
    ...(await overseenStops(at('supervisor'), at('admin'))),
    ...(await sanctionStops(at('technician'), at('yc-second-supervisor'))),
  ];
}

async function claimStops(declarants: readonly Visitor[]): Promise<Stop[]> {
  const stops = new Map<string, Stop>();
  for (const { account, client } of declarants) {
    const { items } = await client.call('myClaims', { query: { limit: 50 } });
    for (const { id, state } of items) {
      stops.set(`claim-${state}`, { name: `claim-${state}`, account: account.username, path: `/claims/${id}` });
      if (state === 'draft' || state === 'correction')
        stops.set(`edit-${state}`, { name: `edit-${state}`, account: account.username, path: `/claims/${id}/edit` });
    }
  }
  return [...stops.values()];
}

/** A case as its person sees it, and one in each state as the authority's second officer does. */
async function sanctionStops(person: Visitor, officer: Visitor): Promise<Stop[]> {
  const stops = new Map<string, Stop>();
  const add = (name: string, account: string, id: string) =>
    stops.set(name, { name, account, path: `/sanctions/${id}` });
  const { items: own } = await person.client.call('sanctions', { query: { box: 'mine' } });
  for (const { id } of own) add('sanction-own', person.account.username, id);
  const { items } = await officer.client.call('sanctions', { query: { box: 'office' } });
  for (const { id, state } of items) add(`sanction-${state}`, officer.account.username, id);
  return [...stops.values()];
}

async function trainingStops(managers: readonly Visitor[]): Promise<Stop[]> {
  const stops: Stop[] = [];
  for (const { account, client, me } of managers) {
    const id = me.holdings.find(({ role }) => role === 'administrator')?.organisationId ?? '';
    const { items } = await client.call('trainings', { params: { id }, query: { year: 2026 } });
    for (const training of items.slice(0, 2)) {
      const path = `/unit/trainings/${training.id}`;
      stops.push({ name: `training-${training.counts.attended}`, account: account.username, path });
    }
  }
  return stops;
}

async function overseenStops(supervisor: Visitor, admin: Visitor): Promise<Stop[]> {
  const year = Number(supervisor.me.today.slice(0, 4));
  const { items: people } = await supervisor.client.call('statisticsPeople', { query: { year, limit: 1 } });
  const { items: filed } = await admin.client.call('statisticsClaims', { query: { year, state: 'filed', limit: 1 } });
  return [
    ...people.map(({ personId }) => ({
      name: 'person-year',
      account: 'supervisor',
      path: `/people/${personId}/years/${year}`,
    })),
    ...filed.map(({ id }) => ({ name: 'revoke', account: 'admin', path: `/claims/${id}`, open: click('撤销认定') })),
  ];
}

/** What the desk opens, with the first reviewer who has something to do. */
async function deskStops(visitors: readonly Visitor[]): Promise<Stop[]> {
  for (const { account, client, me } of visitors) {
    if (me.holdings.every(({ stage }) => stage === null)) continue;
    if ((await client.call('taskCounts', {})).todo.value === 0) continue;
    const desk = (name: string, open: NonNullable<Stop['open']>) =>
      scene(account.username, '/inbox', name, async (page) => {
        await withTaskOpen(page);
        await open(page);
      });
    return [
      desk('inbox-return', press('r')),
      desk('inbox-reject', press('x')),
      desk('inbox-replies', async (page) => {
        await press('r')(page);
        await click('常用语')(page);
      }),
      desk('inbox-approve', press('a')),
      desk('inbox-keys', press('?')),
      desk('inbox-recuse', click('回避')),
      desk('inbox-transfer', click('转办')),
      desk('inbox-report', click('提请查处')),
    ];
  }
  throw new Error('no reviewer of the demo has anything to do');
}

/** On a phone the list comes first. */
async function withTaskOpen(page: Page): Promise<void> {
  const first = page.getByTestId('task-item').first();
  await first.waitFor();
  if (page.viewportSize()?.width === PHONE.width) await first.getByRole('button').click();
  await page.getByTestId('decision').waitFor();
}

const click =
  (...names: (string | RegExp)[]) =>
  async (page: Page): Promise<void> => {
    for (const name of names) await page.getByRole('button', { name }).first().click();
  };
const press = (key: string) => async (page: Page) => {
  await page.getByTestId('decision').waitFor();
  await page.keyboard.press(key);
};
const scene = (account: string, path: string, name: string, open: NonNullable<Stop['open']>): Stop => ({
  name,
  account,
  path,
  open,
});

/** What stands behind a button. */
const SCENES: readonly Stop[] = [
  { name: 'login', account: STRANGER, path: '/login' },
  { name: 'verify', account: STRANGER, path: '/verify' },
  { name: 'complain', account: STRANGER, path: '/complain' },
  ...codes(FORMS)
    .filter((form) => form !== 'platform-course')
    .map((form): Stop => ({ name: `declare-${form}`, account: 'doctor', path: `/declare?form=${form}` })),
  scene('doctor', '/declare?form=academic-conference', 'declare-errors', click('核对并提交')),
  scene('doctor', '/declare?form=authority-training', 'declare-days', click('增加一天')),
  scene('doctor', '/deferrals', 'deferral-apply', click('申请顺延')),
  scene('doctor', '/me/career', 'career-move', click('提出调动')),
  scene('hospital', '/deferrals', 'deferral-decide', click(/待单位出具证明并决定/)),
  ...(['granted', 'refused', 'revoked', 'withdrawn'] as const).map((state) =>
    scene('hospital', '/deferrals?list=overseen', `deferral-${state}`, click(new RegExp(DEFERRAL_STATES[state]))),
  ),
  scene('hospital-manager', '/unit/register', 'register-add', click('登记人员')),
  scene('hospital-manager', '/unit/register', 'register-grant', click('授予岗位')),
  scene('hospital-manager', '/unit/moves', 'moves-ask', click('提出调入')),
  scene('hospital-manager', '/unit/plan', 'plan-add', click('增加一项')),
  scene('hospital-manager', '/unit/trainings', 'trainings-add', click('登记培训')),
  scene('base-manager', '/unit/trainings', 'trainings-add', click('登记培训')),
  scene('admin', '/admin/merges', 'merges-propose', click('提出合并')),
  scene('admin', '/admin/organisations', 'organisations-add', click('登记机构')),
  scene('admin', '/admin/organisations', 'organisations-detail', click(/人才服务中心/)),
  scene('admin', '/admin/organisations', 'organisations-close', async (page) => {
    await page.getByLabel('按名称查找').fill('宜昌市数字创意');
    await click(/宜昌市数字创意/, '撤销单位')(page);
  }),
  scene('admin', '/admin/audit?action=course.saved', 'audit-changes', async (page) => {
    await page.getByText('课程目录：保存').first().click();
  }),
  scene('admin', '/admin/machines', 'machines-issue', click('签发凭证')),
  scene('admin', '/admin/courseware', 'courseware-add', click('新增')),
  scene('admin', '/admin/documents', 'documents-add', click('新增')),
  scene('yc-supervisor', '/rectifications', 'rectification-detail', click(/已报告/)),
  scene('yc-supervisor', '/supervision/complaints', 'complaint-detail', click(/待答复|待转办/)),
  scene('yc-supervisor', '/supervision/inspections', 'check-detail', click(/^核\s?查$/)),
  scene('yc-supervisor', '/supervision/inspections', 'inspection-draw', click('新的抽查')),
  scene('yc-hrss', '/reconsiderations', 'reconsideration-detail', click(/不予认定/)),
  scene('supervisor', '/supervision/misconducts', 'misconduct-record', click('登记线索')),
  { name: 'statistics-people', account: 'supervisor', path: '/statistics/people' },
  { name: 'statistics-claims', account: 'supervisor', path: '/statistics/claims' },
];
