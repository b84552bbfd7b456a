import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type IdentityProvider, oidcProvider } from '../../api/sign-in/provider.ts';
import type { Caller } from '../../db/acts/caller.ts';
import { CLIENT, oidcTestProvider, type TestProvider } from '../support/oidc-provider.ts';
import { until } from '../support/world.ts';
import { type House, openHouse, PASSWORD, signIn } from './house.ts';

/** A person is registered and moves between two units, by three people in three browsers; and signs in at an identity provider. */

let house: House;
let provider: TestProvider;
let client: IdentityProvider | undefined;
const theClient = (): IdentityProvider => {
  if (client === undefined) throw new Error('no provider yet');
  return client;
};
beforeAll(async () => {
  // Each knows the other's address: ours comes first.
  house = await openHouse({
    identityProvider: {
      label: LABEL,
      begin: (secrets) => theClient().begin(secrets),
      finish: (query, secrets) => theClient().finish(query, secrets),
      farewell: (issuer) => theClient().farewell(issuer),
    },
  });
  const { address: publicUrl } = house;
  provider = await oidcTestProvider(publicUrl, { host: 'localhost' });
  const { id: clientId, secret: clientSecret } = CLIENT;
  client = oidcProvider({
    issuer: provider.issuer,
    clientId,
    clientSecret,
    publicUrl,
    accountClaim: null,
    label: LABEL,
  });
});
afterAll(async () => {
  await house.close();
  await provider.stop();
});

const LABEL = '统一身份认证登录';

const ID_NUMBER = '11010519491231002X';

async function managerOf(employerId: string): Promise<Caller> {
  const caller = await house.world.declarant(employerId);
  await house.world.db
    .insertInto('role_holding')
    .values({
      person_id: caller.personId,
      organisation_id: employerId,
      role: 'administrator',
      from_on: '2026-01-01',
      until_on: null,
    })
    .execute();
  return caller;
}

test('registered with a one-time password, changed at the first login, moved by the consent of all three', async () => {
  const shots = process.env['SHOTS'];
  const old = await house.enter(await managerOf('emp-city'));
  await old.waitForURL((url) => url.pathname === '/overview');
  await old.goto('/unit/register');
  await old.getByRole('button', { name: '登记人员' }).click();
  await old.getByLabel('姓名', { exact: true }).fill('调动人');
  await old.getByLabel('身份证号码').fill(ID_NUMBER);
  await old.getByLabel('任职起始日期').fill('2026-01-05');
  await old.getByLabel('任职起始日期').press('Enter');
  await old.getByRole('button', { name: /^登\s?记$/ }).click();
  const password = (await old.getByTestId('one-time-password').textContent())?.trim() ?? '';
  if (shots) await old.screenshot({ path: `${shots}/one-time.png` });
  const { username, person_id } = await house.world.db
    .selectFrom('account as a')
    .innerJoin('person as p', 'p.id', 'a.person_id')
    .select(['a.username', 'a.person_id'])
    .where('p.id_number', '=', ID_NUMBER)
    .executeTakeFirstOrThrow();
  await old.getByRole('button', { name: '已记下' }).click();
  await old.getByText('未改密码').waitFor();
  if (shots) await old.screenshot({ path: `${shots}/register.png`, fullPage: true });

  const person = await house.stranger();
  await person.goto('/login');
  await person.getByLabel('用户名').fill(username);
  await person.getByLabel('密码').fill(password);
  await person.getByRole('button', { name: /登\s?录/ }).click();
  await person.getByRole('heading', { name: '设置新密码' }).waitFor();
  await person.getByLabel('当前密码').fill(password);
  await person.getByLabel('新密码', { exact: true }).fill('a-password-of-mine');
  await person.getByLabel('再输一次新密码').fill('a-password-of-mine');
  await person.getByRole('button', { name: '修改密码' }).click();
  await person.getByTestId('year-big').waitFor();

  const next = await house.enter(await managerOf('emp-county'));
  await next.waitForURL((url) => url.pathname === '/overview');
  await next.goto('/unit/moves');
  await next.getByRole('button', { name: '提出调入' }).click();
  await next.getByLabel('姓名', { exact: true }).fill('调动人');
  await next.getByLabel('身份证号码').fill(ID_NUMBER);
  const today = await next.evaluate<string>(
    `new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date())`,
  );
  await next.getByLabel('生效日期').fill(today);
  await next.getByLabel('生效日期').press('Enter');
  await next.getByRole('button', { name: /^提\s?出$/ }).click();
  await next.getByText('等待本人、原单位答复').waitFor();
  if (shots) await next.screenshot({ path: `${shots}/moves.png`, fullPage: true });

  for (const page of [old, person]) {
    await page.goto(page === old ? '/unit/moves' : '/me/career');
    await page.getByRole('button', { name: /^同\s?意$/ }).click();
    await page
      .getByRole('tooltip')
      .getByRole('button', { name: /^同\s?意$/ })
      .click();
    if (page === old) await page.getByText('等待本人答复').waitFor();
  }
  await person.getByText('已生效').waitFor();
  if (shots) {
    await person.setViewportSize({ width: 360, height: 800 });
    await person.screenshot({ path: `${shots}/career.png`, fullPage: true });
  }
  await until('the new affiliation', async () => {
    const rows = await house.world.db
      .selectFrom('affiliation')
      .select('employer_id')
      .where('person_id', '=', person_id)
      .orderBy('from_on')
      .execute();
    return rows.length === 2 && rows[1]?.employer_id === 'emp-county';
  });
});

/** The provider's own log-in page. Its typeface lies in the net, which it must not wait for. */
async function vouchedFor(page: Page, subject: string): Promise<void> {
  await page.waitForURL((url) => url.origin === provider.issuer);
  await page.locator('input[name=login]').fill(subject);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
}

test('a person links their account, signs in at the identity provider, and is signed out at both', async () => {
  const shots = process.env['SHOTS'];
  const shot = async (page: Page, name: string) => {
    if (!shots) return;
    await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
    const size = page.viewportSize();
    await page.setViewportSize({ width: 360, height: 780 });
    await page.screenshot({ path: `${shots}/${name}-360.png`, fullPage: true });
    if (size) await page.setViewportSize(size);
  };
  const person = await house.world.declarant('emp-city');
  const username = await house.account(person);
  const page = await house.stranger();
  await page.route(/googleapis/, (route) => route.abort());

  // Nobody here yet: a code, or the password.
  await page.goto('/login');
  await shot(page, 'login');
  await page.getByRole('link', { name: LABEL }).click();
  await vouchedFor(page, 'subject-of-the-browser');
  await page.getByText(/^[a-z2-9]{4}-[a-z2-9]{4}$/).waitFor();
  await shot(page, 'unknown');
  await signIn(page, username, PASSWORD);
  await page.getByTestId('year-big').waitFor();

  await page.goto('/me/career');
  await page.getByRole('button', { name: '关联统一身份' }).click();
  await page.getByLabel('登录密码').fill(PASSWORD);
  await shot(page, 'link-asked');
  await page.getByRole('button', { name: '前往统一身份认证' }).click();
  // The provider knows the browser from before.
  await page.getByText('统一身份已关联').waitFor();
  await shot(page, 'linked');

  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL((url) => url.pathname === '/login');
  await page.getByRole('link', { name: LABEL }).click();
  await page.getByTestId('year-big').waitFor();
  expect(new URL(page.url()).origin).toBe(house.address);

  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL((url) => url.origin === provider.issuer);
  await page.locator('button[name=logout]').first().click();
  await page.waitForURL((url) => url.pathname === '/login');
  // Signed out there as well: it asks anew.
  await page.getByRole('link', { name: LABEL }).click();
  await page.locator('input[name=login]').waitFor();
});
