import { afterAll, beforeAll, expect, test } from 'vitest';
import { claimTask } from '../../db/acts/tasks.ts';
import { addDays, legalDay } from '../../rules/calendar.ts';
import { conference, done, openTasks, reaches, submitted } from '../support/world.ts';
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
