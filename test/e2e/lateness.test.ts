import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimTask } from '../../db/acts/tasks.ts';
import { recheckClaim } from '../../db/reconciliation.ts';
import { addDays, legalDay } from '../../rules/calendar.ts';
import { FakeWorkflows, plant } from '../support/faults.ts';
import { conference, done, openTasks, reaches, submitted, until } from '../support/world.ts';
import { type House, openHouse } from './house.ts';

/** A declarant nudges, the reviewer goes on leave, the stand-in takes over and decides: in three browsers. */

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const TITLE = '全国重症医学学术会议';

/** Under first review since ten days, claimed by the first of the unit's two officers. */
async function heldClaim() {
  const { world } = house;
  const person = await world.declarant('emp-city');
  const claimId = await submitted(world.db, person, conference(TITLE));
  await reaches(world.db, claimId, 'first-review');
  const opened_at = new Date(Date.now() - 10 * 86_400_000);
  await world.db.updateTable('stage').set({ opened_at }).where('claim_id', '=', claimId).execute();
  const [task] = await openTasks(world.db, claimId);
  const absent = world.officer('emp-city', 'first-reviewer', 0);
  done(await claimTask(world.db, absent, task?.id ?? ''));
  return { person, claimId, absent };
}

test('a nudge is marked in the inbox; the stand-in takes the claimed task over, and the decision says for whom', async () => {
  const shots = process.env['SHOTS'];
  const { person, claimId, absent } = await heldClaim();
  const declarant = await house.enter(person);
  await declarant.waitForURL((url) => url.pathname === '/');
  await declarant.goto(`/claims/${claimId}`);
  await declarant.getByRole('button', { name: /^催\s?办$/ }).click();
  await declarant.getByText(/已催办；.*起可以再次催办/).waitFor();
  await declarant.getByText('本环节已催办 1 次', { exact: false }).waitFor();
  expect(await declarant.getByRole('button', { name: /^催\s?办$/ }).isDisabled()).toBe(true);

  const reviewer = await house.enter(absent);
  await reviewer.waitForURL((url) => url.pathname === '/overview');
  await reviewer.goto('/inbox?box=mine');
  await reviewer.getByTestId('task-item').getByText('申报人催办', { exact: false }).waitFor();
  await reviewer.goto('/leaves');
  await reviewer.getByRole('button', { name: '登记请假' }).click();
  const today = legalDay(Date.now());
  const dates = reviewer.getByRole('dialog').locator('.ant-picker input');
  await dates.first().fill(today);
  await dates.first().press('Enter');
  await dates.last().fill(addDays(today, 2));
  await dates.last().press('Enter');
  await reviewer.getByLabel('代理人').click();
  await reviewer.locator('.ant-select-item-option').first().click();
  if (shots) await reviewer.screenshot({ path: `${shots}/leave.png` });
  await reviewer
    .getByRole('dialog')
    .getByRole('button', { name: /^登\s?记$/ })
    .click();
  await reviewer.getByText('请假中').waitFor();

  const standIn = await house.enter(house.world.officer('emp-city', 'first-reviewer', 1));
  await standIn.getByRole('heading', { name: '总览' }).waitFor();
  await standIn.getByRole('link', { name: /1 项.*待审核的申报/ }).click();
  await standIn.getByRole('heading', { name: TITLE }).waitFor();
  await standIn.getByRole('button', { name: /^认\s?领$/ }).click();
  await standIn.getByText(/^代理审核员0办理$/).waitFor();
  if (shots) await standIn.screenshot({ path: `${shots}/stand-in.png` });
  await standIn.goto('/inbox?box=mine');
  await standIn.getByRole('heading', { name: TITLE }).waitFor();
  await standIn.keyboard.press('a');
  await standIn.getByRole('button', { name: /确认同意/ }).waitFor();
  await standIn.keyboard.press('Control+Enter');
  await standIn.getByText('没有认领的任务').waitFor();

  await declarant.goto(`/claims/${claimId}`);
  await declarant.getByText('审核员1（代理审核员0）初审：同意', { exact: false }).waitFor();
});

test('a claim that lost its task is moved by one administrator’s proposal and another’s confirmation, and its stage opens anew', async () => {
  const shots = process.env['SHOTS'];
  const { world } = house;
  const claimId = await submitted(world.db, await world.declarant('emp-city'), conference('失去任务的申报'));
  await reaches(world.db, claimId, 'first-review');
  await plant.withoutTask(world.db, [claimId]);
  await world.db
    .updateTable('claim')
    .set({ updated_at: new Date(Date.now() - 3_600_000) })
    .where('id', '=', claimId)
    .execute();
  await recheckClaim(world.db, new FakeWorkflows(world.db), claimId);

  const maker = await keeper();
  await maker.getByRole('button', { name: /失去任务的申报/ }).click();
  const drawer = maker.getByRole('dialog');
  await drawer.getByText('调整到环节（须确认）').click();
  await drawer.getByLabel('调整到哪个环节').click();
  await maker.locator('.ant-select-item-option').first().click();
  await drawer.getByRole('button', { name: '演练：只看影响' }).click();
  await drawer.getByText('流程重新开启初审', { exact: false }).waitFor();
  const propose = drawer.getByRole('button', { name: '提出，请另一名管理员确认' });
  expect(await propose.isDisabled()).toBe(true);
  await drawer.getByLabel('理由').fill('任务丢失，重新开启初审');
  if (shots) await maker.screenshot({ path: `${shots}/stuck-drawer.png`, fullPage: true });
  await propose.click();
  await drawer.getByText('等待另一名管理员确认', { exact: false }).waitFor();
  expect(await openTasks(world.db, claimId)).toEqual([]);

  const checker = await keeper();
  await checker.getByRole('button', { name: '确认执行' }).waitFor();
  if (shots) await checker.screenshot({ path: `${shots}/stuck-confirm.png`, fullPage: true });
  await checker.getByRole('button', { name: '确认执行' }).click();
  await until('the stage opened anew', async () => (await openTasks(world.db, claimId)).length === 1);
  await checker.getByText('已处理，待核对').first().waitFor();
  expect((await openTasks(world.db, claimId)).map((task) => task.stage_kind)).toEqual(['first-review']);
});

test('many of one cause are closed at once: tried first, with a reason, by two, and each is on the audit trail', async () => {
  const { world } = house;
  const claims: string[] = [];
  for (const n of [1, 2, 3])
    claims.push(await submitted(world.db, await world.declarant('emp-county'), conference(`批量${n}`)));
  for (const claimId of claims) await reaches(world.db, claimId, 'first-review');
  await plant.withoutTask(world.db, claims);
  await world.db
    .updateTable('claim')
    .set({ updated_at: new Date(Date.now() - 3_600_000) })
    .where('id', 'in', claims)
    .execute();
  for (const claimId of claims) await recheckClaim(world.db, new FakeWorkflows(world.db), claimId);

  const maker = await keeper();
  await maker.getByRole('button', { name: '批量处理' }).click();
  const wish = maker.getByRole('dialog');
  await wish.getByText('终止申报', { exact: true }).click();
  const propose = wish.getByRole('button', { name: '提出处理 3 项' });
  await propose.waitFor();
  await wish.getByText('演练，没有写入', { exact: false }).first().waitFor();
  expect(await propose.isDisabled()).toBe(true);
  await wish.getByLabel('理由').fill('流程故障，统一终止后重新申报');
  await propose.click();
  await wish.waitFor({ state: 'detached' });
  await maker.getByText('由您提出，须由另一名管理员确认。').waitFor();
  expect(await maker.getByRole('button', { name: '确认执行' }).count()).toBe(0);

  const checker = await keeper();
  await checker.getByRole('button', { name: '确认执行' }).click();
  await checker.getByText('已执行 3 项，因变化未执行 0 项', { exact: false }).waitFor();
  for (const claimId of claims) await reaches(world.db, claimId, 'rejected');

  await checker.goto('/admin/audit?action=repair.close');
  expect(await rowsSaying(checker, '滞留处理：终止申报')).toBe(3);
  await checker.getByText('滞留处理：终止申报').first().click();
  const detail = checker.locator('.audit-detail').first();
  await detail.getByText('流程故障，统一终止后重新申报').waitFor();
  await detail.getByText('审核环节没有待办任务').waitFor();
});

/** The stuck console, as one of the province's administrators sees it. */
async function keeper(): Promise<Page> {
  const page = await house.enter(await house.world.appoint('hrss-420000', 'administrator'));
  await page.waitForURL((url) => url.pathname !== '/login');
  await page.goto('/admin/stuck');
  return page;
}

async function rowsSaying(page: Page, words: string): Promise<number> {
  await page.getByText(words).first().waitFor();
  return page.getByText(words).count();
}
