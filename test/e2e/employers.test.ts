import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { stateOf, until } from '../support/world.ts';
import { type House, openHouse, proof } from './house.ts';

/** From a training of the study archive to a person's own claim, in a real browser. */

let house: House;
let manager: Caller;
let person: Caller;
beforeAll(async () => {
  house = await openHouse();
  const { db } = house.world;
  manager = await house.world.declarant('emp-city');
  person = await house.world.declarant('emp-city');
  await db
    .insertInto('role_holding')
    .values({
      person_id: manager.personId,
      organisation_id: 'emp-city',
      role: 'administrator',
      from_on: '2026-01-01',
      until_on: null,
    })
    .execute();
  await db.updateTable('affiliation').set({ work_number: '0007' }).where('person_id', '=', person.personId).execute();
});
afterAll(() => house.close());

test('a list is previewed and entered, claims are proposed, and the person confirms theirs', async () => {
  const page = await house.enter(manager);
  await page.getByRole('button', { name: '单位' }).click();
  await page.getByRole('menuitem', { name: '人员', exact: true }).click();
  await page.getByTestId('unit-summary').getByText('2 人未完成，合计还差 180 学时').waitFor();
  await page.goto('/unit/trainings');
  await page.getByRole('button', { name: '登记培训' }).click();
  await page.getByLabel('培训名称').fill('重症护理培训');
  await page.getByLabel('组织部门').fill('护理部');
  await page.getByLabel('地点').fill('六楼会议室');
  await page.getByLabel('第 1 天日期').fill('2026-10-12');
  await page.getByLabel('第 1 天日期').press('Enter');
  await page.getByLabel('第 1 天时长').fill('8');
  await page.getByRole('button', { name: /保\s*存/ }).click();
  await page.getByRole('heading', { name: '重症护理培训' }).waitFor();
  await page.getByText('学习档案中还没有培训证明。').waitFor();
  await page.getByTestId('paper-input').setInputFiles(proof('签到表.pdf'));
  await page.getByRole('button', { name: '删除 签到表.pdf' }).waitFor();
  await page.getByRole('textbox', { name: '参训名单' }).fill('工号\t姓名\n0007\t申报人\n9999\t没有这个人');
  await page.getByRole('button', { name: '预览' }).click();
  await page.getByText('1 行可以列入，1 行有问题，不会列入').waitFor();
  await page.getByText('本单位没有这个人').waitFor();
  await page.getByRole('button', { name: '列入名单（1 人）' }).click();
  await page.getByTestId('attendance-counts').getByText('共 1 人').waitFor();
  await page.getByRole('button', { name: '核对可代报的人员' }).click();
  await page.getByRole('button', { name: '代报给 1 人确认' }).click();
  await page.getByText('已代报 1 人，已通知本人确认').waitFor();
  await page.context().close();

  const own = await house.enter(person);
  await own.getByTestId('year-big').waitFor();
  await own.setViewportSize({ width: 360, height: 800 });
  await own.goto('/claims');
  await own.getByRole('heading', { name: '单位代报，待您确认（1）' }).waitFor();
  const width = Number(await own.evaluate('document.documentElement.scrollWidth'));
  expect(width).toBeLessThanOrEqual(360);
  await own.getByRole('button', { name: '确认并提交' }).click();
  await own.getByRole('heading', { name: /单位代报/ }).waitFor({ state: 'detached' });
  const { db } = house.world;
  const claim = await db
    .selectFrom('claim')
    .select('id')
    .where('person_id', '=', person.personId)
    .executeTakeFirstOrThrow();
  await until('the first review', async () => (await stateOf(db, claim.id)) === 'first-review');
  await own.context().close();
});
