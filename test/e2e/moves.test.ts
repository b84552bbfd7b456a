import { afterAll, beforeAll, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { until } from '../support/world.ts';
import { type House, openHouse } from './house.ts';

/** A person is registered and moves between two units, by three people in three browsers. */

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

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
