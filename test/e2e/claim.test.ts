import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../rules/vocabulary.ts';
import { drafted, reaches, submitted, training, until } from '../support/world.ts';
import { chooseReason, type House, openHouse, PASSWORD, proof, signIn } from './house.ts';

/** A claim's way as people go it, in a real browser on the whole system. */

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Fills a conference with a paper: twelve professional hours. */
async function fillConference(page: Page, title: string): Promise<void> {
  await page.goto('/declare');
  await page.getByRole('button', { name: /^学术会议/ }).click();
  await page.getByLabel(/^会议名称/).fill(title);
  await page.locator('#field-on').fill('2026-09-12');
  await page.locator('#field-on').press('Enter');
  await page
    .getByRole('group', { name: /会议级别/ })
    .getByText('国家级')
    .click();
  await page
    .getByRole('group', { name: /属于本人专业领域/ })
    .getByText('是', { exact: true })
    .click();
  await page
    .getByRole('group', { name: /在会上报告论文/ })
    .getByText('是', { exact: true })
    .click();
}

/** The desk of a reviewer, their only task open, approved by keyboard alone. */
async function approveByKeyboard(organisationId: string, role: Role, title: string): Promise<void> {
  const page = await house.enter(house.world.officer(organisationId, role));
  await page.waitForURL((url) => url.pathname === '/overview');
  await page.goto('/inbox');
  await page.getByRole('heading', { name: title }).waitFor();
  // Nothing is approved before its evidence has been seen.
  await page.getByText('已阅', { exact: true }).waitFor();
  await page.keyboard.press('a');
  await page.getByRole('button', { name: /确认同意/ }).waitFor();
  await page.keyboard.press('Control+Enter');
  await page.getByText('待办已清空').waitFor();
  await page.context().close();
}

describe('a claim in the browser', () => {
  test('wrong credentials are answered in words, and the wanted page opens after the right ones', async () => {
    const person = await house.world.declarant('emp-city');
    const username = await house.account(person);
    const page = await house.stranger();
    await page.goto('/claims');
    await page.waitForURL(/\/login\?next=%2Fclaims/);
    await signIn(page, username, 'wrong');
    await page.getByRole('alert').getByText('用户名或密码错误').first().waitFor();
    await signIn(page, username, PASSWORD);
    await page.getByRole('heading', { name: '我的申报' }).waitFor();
    expect(await page.getByRole('link', { name: '审核' }).count()).toBe(0);
  });

  test('declared with evidence, seen live, approved by five bodies with the keyboard, explained in the year', async () => {
    const title = '全国重症医学学术会议';
    const page = await house.enter(await house.world.declarant('emp-city'));
    await page.getByTestId('year-big').getByText('还差').waitFor();
    await fillConference(page, title);
    await page.getByTestId('live-check').getByText('计入后：还差 78 学时').waitFor();
    await page.getByTestId('evidence-input').setInputFiles(proof());
    await page.getByRole('button', { name: '删除 参会证明.pdf' }).waitFor();
    await page.locator('[data-testid=save-state][data-status=saved]').waitFor();
    await page.waitForURL(/draft=/);
    await page.reload();
    await page.getByText('参会证明.pdf').waitFor();
    expect(await page.getByLabel(/^会议名称/).inputValue()).toBe(title);
    await page.getByRole('button', { name: '核对并提交' }).click();
    await page.getByRole('button', { name: '确认提交' }).click();
    await page.waitForURL(/\/claims\/[0-9a-f-]{36}$/);
    const claimId = page.url().split('/').at(-1) ?? '';
    const { db } = house.world;

    await reaches(db, claimId, 'first-review');
    await approveByKeyboard('emp-city', 'first-reviewer', title);
    await reaches(db, claimId, 're-review');
    await approveByKeyboard('ind-420500-health', 're-reviewer', title);
    await approveByKeyboard('hrss-420500', 're-reviewer', title);
    await reaches(db, claimId, 'filing');
    await approveByKeyboard('ind-420000-health', 'filing-officer', title);
    await approveByKeyboard('hrss-420000', 'filing-officer', title);
    await reaches(db, claimId, 'filed');

    await page.goto('/');
    await page.getByTestId('year-big').getByText('78').waitFor();
    const item = page.getByRole('article').filter({ hasText: title });
    await item.getByText('计入 12 学时').first().waitFor();
    await item.getByRole('button', { name: '第十一条第（三）项' }).first().click();
    await page.getByText(/报告论文者额外加计4学时/).waitFor();
    // Declared once more, it is told before it is sent.
    await fillConference(page, title);
    await page.getByTestId('live-check').getByText('同一活动已有申报').waitFor();
  });

  test('returned with two reasons at once, corrected from the checklist, and resubmitted', async () => {
    const person = await house.world.declarant('emp-county');
    const { db } = house.world;
    const claimId = await submitted(db, person, training('authority-training', ['2026-05-11'], '县域急救培训'));
    await reaches(db, claimId, 'first-review');
    const desk = await house.enter(house.world.officer('emp-county', 'first-reviewer'));
    await desk.waitForURL((url) => url.pathname === '/overview');
    await desk.goto('/inbox');
    await desk.getByRole('heading', { name: '县域急救培训' }).waitFor();
    await desk.keyboard.press('r');
    await chooseReason(desk, '学时填报有误');
    await desk.getByLabel('理由 1 说明').fill('当天只有半天课程，请按 4 学时填写');
    await desk.getByRole('button', { name: '再加一条理由' }).click();
    await chooseReason(desk, '证明材料不清晰或不完整', 2);
    await desk.getByLabel('理由 2 说明').fill('印章不清，请重新拍照');
    await desk.keyboard.press('Control+Enter');
    await desk.getByText('待办已清空').waitFor();
    await reaches(db, claimId, 'correction');

    const page = await house.enter(person);
    await page.waitForURL((url) => url.pathname === '/');
    await page.goto(`/claims/${claimId}`);
    await page.getByRole('link', { name: '去补正' }).click();
    const points = page.getByTestId('corrections');
    await points.getByText('退回补正：共 2 处', { exact: false }).waitFor();
    const [hours, seal] = [
      points.getByRole('listitem').filter({ hasText: '当天只有半天课程，请按 4 学时填写' }),
      points.getByRole('listitem').filter({ hasText: '印章不清，请重新拍照' }),
    ];
    await seal.getByRole('button', { name: /去改：证明材料/ }).waitFor();
    await hours.getByRole('button', { name: /去改/ }).click();
    await page.getByLabel('第 1 行学时数').fill('4');
    for (const point of [hours, seal]) await point.getByRole('checkbox').check();
    await page.getByTestId('live-check').getByText('计入后：还差 86 学时').waitFor();
    await page.getByRole('button', { name: '核对并重新提交' }).click();
    await page.getByRole('button', { name: '确认提交' }).click();
    await page.waitForURL((url) => url.pathname === `/claims/${claimId}`);
    await reaches(db, claimId, 'first-review');
  });

  test('a first save whose answer was lost goes on in the draft it made, with what was typed since', async () => {
    const person = await house.world.declarant('emp-city');
    const page = await house.enter(person);
    await page.getByTestId('year-big').waitFor();
    // The first try arrives and its answer is lost; the page's two more tries do not get through at all.
    let tries = 0;
    await page.route('**/api/v1/claims', async (route) => {
      tries += 1;
      if (tries === 1) await route.fetch();
      await (tries <= 3 ? route.abort() : route.continue());
    });
    await fillConference(page, '初稿');
    await page.locator('[data-testid=save-state][data-status=failed]').waitFor();
    await page.getByLabel(/^会议名称/).fill('终稿');
    await page.locator('[data-testid=save-state][data-status=saved]').waitFor();
    const drafts = await house.world.db
      .selectFrom('claim')
      .select(['title', 'revision'])
      .where('person_id', '=', person.personId)
      .execute();
    expect(drafts).toEqual([{ title: '终稿', revision: 2 }]);
  });

  test('a draft typed on is kept; a missing field is summed up and led to', async () => {
    const person = await house.world.declarant('emp-city');
    const { claimId } = await drafted(house.world.db, person, training('unit-training', ['2026-06-01'], '院内培训'));
    const page = await house.enter(person);
    await page.waitForURL((url) => url.pathname === '/');
    await page.goto(`/claims/${claimId}/edit`);
    await page.getByLabel(/^培训名称/).fill('');
    await page.getByRole('button', { name: '核对并提交' }).click();
    await page.getByRole('button', { name: '培训名称：请填写' }).click();
    expect(await page.evaluate('document.activeElement?.id')).toBe('field-title');
    await page.keyboard.type('院内感染防控培训');
    await until('the saved title', async () => {
      const row = await house.world.db.selectFrom('claim').select('title').where('id', '=', claimId).executeTakeFirst();
      return row?.title === '院内感染防控培训';
    });
  });

  test('a decision is undone within ten seconds, opened evidence is 已阅, and a recusal takes the task away', async () => {
    const person = await house.world.declarant('emp-new-trade');
    const { db } = house.world;
    const page = await house.enter(person);
    await page.getByTestId('year-big').waitFor();
    await fillConference(page, '数字创意学术会议');
    await page.getByTestId('evidence-input').setInputFiles(proof());
    await page.getByRole('button', { name: '删除 参会证明.pdf' }).waitFor();
    await page.locator('[data-testid=save-state][data-status=saved]').waitFor();
    await page.getByRole('button', { name: '核对并提交' }).click();
    await page.getByRole('button', { name: '确认提交' }).click();
    await page.waitForURL(/\/claims\/[0-9a-f-]{36}$/);
    const claimId = page.url().split('/').at(-1) ?? '';
    await reaches(db, claimId, 'first-review');
    const desk = await house.enter(house.world.officer('emp-new-trade', 'first-reviewer'));
    await desk.waitForURL((url) => url.pathname === '/overview');
    await desk.goto('/inbox');
    await desk.getByRole('heading', { name: '数字创意学术会议' }).waitFor();
    await desk.getByText('已阅', { exact: true }).waitFor();
    await desk.keyboard.press('a');
    await desk.getByRole('button', { name: /确认同意/ }).waitFor();
    await desk.keyboard.press('Control+Enter');
    await desk.getByRole('button', { name: '撤销' }).click();
    await desk.getByText('已撤销，任务回到您名下').waitFor();
    await desk.getByRole('heading', { name: '数字创意学术会议' }).waitFor();
    await reaches(db, claimId, 'first-review');
    await desk.getByTestId('decision').getByText('退回补正').waitFor();
    await desk.getByRole('button', { name: /^回\s?避$/ }).click();
    await desk.getByText('与申报人是夫妻或亲属').click();
    await desk.getByRole('button', { name: '确认回避' }).click();
    await desk.getByText('您已回避这份申报').waitFor();
  });

  test('letters typed into a field or by an input method decide nothing', async () => {
    const person = await house.world.declarant('emp-new-trade');
    const { db } = house.world;
    const claimId = await submitted(db, person, training('authority-training', ['2026-05-12'], '新媒体培训'));
    await reaches(db, claimId, 'first-review');
    const desk = await house.enter(house.world.officer('emp-new-trade', 'first-reviewer'));
    await desk.waitForURL((url) => url.pathname === '/overview');
    await desk.goto('/inbox');
    await desk.getByRole('heading', { name: '新媒体培训' }).waitFor();
    await desk.getByLabel('搜索').pressSequentially('ax');
    expect(await desk.getByRole('button', { name: /确认/ }).count()).toBe(0);
    await desk.getByLabel('搜索').fill('');
    await desk.getByRole('heading', { name: '新媒体培训' }).click();
    await desk.evaluate(`window.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', isComposing: true }))`);
    expect(await desk.getByRole('button', { name: /确认/ }).count()).toBe(0);
  });
});
