import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { changeContact } from '../../db/acts/notices.ts';
import { sealAudit } from '../../db/audit-chain.ts';
import type { Role } from '../../rules/vocabulary.ts';
import { addCourses, idNumberOf } from '../api/platform.ts';
import { decideAll, reaches, submitted, training } from '../support/world.ts';
import { type House, openHouse, proof } from './house.ts';

/** What those who keep the province's records do in a browser: import, merge, register and close, defer, revoke, close a year. */

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

async function at(path: string, who: Caller): Promise<Page> {
  const page = await house.enter(who);
  await page.waitForURL((url) => url.pathname !== '/login');
  await page.goto(path);
  return page;
}
const appointed = async (path: string, organisationId: string, role: Role): Promise<Page> =>
  at(path, await house.world.appoint(organisationId, role));

/** The one button of these words in what lies on top. */
const press = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true }).click();

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('dialog').getByLabel(label, { exact: true }).click();
  await page.locator('.ant-select-dropdown:visible').getByText(option, { exact: true }).click();
}

describe('keeping the records in a browser', () => {
  test('a list with a broken row is previewed, and only the good rows are registered', async () => {
    const { world } = house;
    const { db } = world;
    await addCourses(db);
    const person = await world.declarant('emp-city');
    const page = await appointed('/admin/imports', 'hrss-420000', 'administrator');
    const lines = [
      '姓名,身份证号,课程编码,完成日期',
      `申报人,${await idNumberOf(db, person)},G01,2026-09-01`,
      '无此人,1,NONE,2026-02-30',
    ];
    const buffer = Buffer.from(lines.join('\r\n'));
    await page.getByTestId('import-input').setInputFiles({ name: '名单.csv', mimeType: 'text/csv', buffer });
    await page.getByRole('heading', { name: '有误的 1 行' }).waitFor();
    await page.getByRole('button', { name: '只导入无误的 1 行' }).click();
    await page.locator('[data-testid=import-preview][data-state=done]').waitFor();
    const done = await db
      .selectFrom('platform_completion')
      .select('course')
      .where('person_id', '=', person.personId)
      .execute();
    expect(done).toEqual([{ course: 'G01' }]);
    await page.context().close();
  });

  test('two registrations are merged by two administrators and parted again', async () => {
    const { world } = house;
    const { db } = world;
    const numbered = async (employerId: string, id_number: string): Promise<string> => {
      const { personId } = await world.declarant(employerId);
      await db.updateTable('person').set({ id_number }).where('id', '=', personId).execute();
      return id_number;
    };
    const kept = await numbered('emp-city', '420500199001018015');
    const absorbed = await numbered('emp-county', '420500199001018023');
    const first = await appointed('/admin/merges', 'hrss-420000', 'administrator');
    await first.getByRole('button', { name: '提出合并' }).click();
    for (const [group, idNumber] of [
      ['保留的登记', kept],
      ['停用的登记', absorbed],
    ] as const) {
      const fields = first.getByRole('group', { name: group });
      await fields.getByLabel('姓名').fill('申报人');
      await fields.getByLabel('身份证号码').fill(idNumber);
    }
    await first.getByLabel('理由').fill('登记了两次');
    await press(first, '试算');
    await press(first, '提出');
    await first.getByText('待另一名管理员确认').waitFor();
    const second = await appointed('/admin/merges', 'hrss-420000', 'administrator');
    await second.getByRole('button', { name: '核对并确认' }).click();
    await press(second, '确认合并');
    await second.getByText('已合并').waitFor();
    await second.getByRole('button', { name: '撤销合并' }).click();
    await second.getByLabel('理由').fill('不是同一个人');
    await press(second, '提出');
    await second.getByText('撤销待确认').waitFor();
    await first.reload();
    await first.getByRole('button', { name: '确认撤销' }).click();
    await press(first, '确认撤销合并');
    await first.getByText('已撤销', { exact: true }).waitFor();
    await Promise.all([first.context().close(), second.context().close()]);
  });

  test('a unit is registered, and one is closed with somebody to take over its first reviews', async () => {
    const page = await appointed('/admin/organisations', 'hrss-420500', 'administrator');
    await page.getByRole('button', { name: '登记机构' }).click();
    await page.getByLabel('全称').fill('宜昌市新登记医院');
    await choose(page, '区划', '宜昌市');
    await choose(page, '行业', '卫生健康');
    await choose(page, '单位类型', '市县单位');
    await press(page, '登记');
    await page.getByLabel('按名称查找').fill('新登记');
    await page.getByRole('button', { name: '宜昌市新登记医院' }).waitFor();
    await page.getByLabel('按名称查找').fill('emp-no-archive');
    await page.getByRole('button', { name: '单位 emp-no-archive' }).click();
    await page.getByRole('button', { name: '撤销单位' }).click();
    await page.getByText('撤销后不能恢复').waitFor();
    await page.getByLabel('承接初审的机构').click();
    await page.locator('.ant-select-item-option:not(.ant-select-item-option-disabled)').first().click();
    await page.getByLabel('撤销或注销的依据').fill('宜编发〔2026〕8号');
    const closing = page.locator('.ant-modal');
    await closing.getByRole('button', { name: '撤销单位' }).click();
    await closing.waitFor({ state: 'detached' });
    const { db } = house.world;
    const unit = await db
      .selectFrom('organisation')
      .select('closed_on')
      .where('id', '=', 'emp-no-archive')
      .executeTakeFirst();
    expect(unit?.closed_on).not.toBeNull();
    await page.context().close();
  });

  test('a deferral is applied for, and waits in front of the unit’s reviewer, who grants it with a proof', async () => {
    const page = await at('/deferrals', await house.world.declarant('emp-city'));
    await page.getByRole('button', { name: '申请顺延' }).click();
    await page.getByRole('radio', { name: '病' }).check();
    await page.getByLabel('顺延到哪一天（含当日）').fill('2027-06-30');
    await page.getByLabel('顺延到哪一天（含当日）').press('Enter');
    await page.getByLabel('情况说明').fill('住院手术');
    await press(page, '提交申请');
    await page.getByText('申请至2027年6月30日').first().waitFor();
    const desk = await at('/deferrals', house.world.officer('emp-city', 'first-reviewer'));
    await desk.getByRole('tab', { name: '待本单位决定（1）', selected: true }).waitFor();
    await desk.getByRole('button', { name: /申报人/ }).click();
    await desk.locator('input[type=file]').setInputFiles(proof('诊断证明.pdf'));
    await desk.getByRole('link', { name: '诊断证明.pdf' }).waitFor();
    await desk.getByRole('button', { name: '作出决定' }).click();
    await desk.getByText('已批准顺延').first().waitFor();
    await Promise.all([page.context().close(), desk.context().close()]);
  });

  test('a recognition is revoked with its article and reason', async () => {
    const { world } = house;
    const { db } = world;
    const claimId = await submitted(
      db,
      await world.declarant('emp-central'),
      training('authority-training', ['2026-05-11'], '央企培训'),
    );
    await reaches(db, claimId, 'first-review');
    await decideAll(house.world, claimId, 'approve');
    await reaches(db, claimId, 'filed');
    const page = await appointed(`/claims/${claimId}`, 'hrss-420000', 'supervisor');
    await page.getByRole('button', { name: '撤销认定' }).click();
    await press(page, '撤销认定');
    await page.getByText('请填写理由').waitFor();
    await page.getByLabel('理由').fill('签到表系事后补签');
    await press(page, '撤销认定');
    await page.getByText(/已撤销。2026年减少 8 学时/).waitFor();
    expect(await db.selectFrom('claim').select('state').where('id', '=', claimId).executeTakeFirst()).toEqual({
      state: 'revoked',
    });
    await page.context().close();
  });

  test('the audit trail is narrowed, read with before and after, taken away, and its chain checked', async () => {
    const { db } = house.world;
    const person = await house.world.declarant('emp-city');
    const wishes = { email: null, phone: null, emailWish: 'off', smsWish: 'off' } as const;
    await changeContact(db, person, wishes);
    await changeContact(db, person, { ...wishes, email: 'a@example.com', emailWish: 'daily' });
    await sealAudit(db);
    const page = await appointed('/admin/audit', 'hrss-420000', 'auditor');
    await page.getByLabel('对象', { exact: true }).fill('人员');
    await page.locator('.ant-select-dropdown:visible').getByText('人员', { exact: true }).click();
    await page.waitForURL(/subjectKind=person/);
    await page.getByLabel('对象编号').fill(person.personId);
    await page.getByLabel('对象编号').press('Enter');
    await page.waitForURL(/subjectId=/);
    await page.getByText('联系方式：变更').first().click();
    const changes = page.getByRole('region', { name: '变更前后' });
    expect(
      (await changes.getByRole('row').nth(1).getByRole('cell').allInnerTexts()).map((text) => text.trim()),
    ).toEqual(['电子邮件通知', '不发送', '每天上午八点汇总']);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: '导出（CSV）' }).click(),
    ]);
    expect(readFileSync(await download.path(), 'utf8')).toContain('电子邮件通知：不发送 → 每天上午八点汇总');
    await page.getByRole('button', { name: '核对全部' }).click();
    await page.getByText(/已核对 [\d,]+ 条记录，与封存时一致/).waitFor();
    await page.context().close();
  });

  test('the closing of a year is followed by its progress', async () => {
    const asked = { as_of: '2027-04-01', rule_version: 'test', people_total: 200, people_done: 80, open_claims: 3 };
    await house.world.db
      .insertInto('year_close')
      .values({ year: 2026, state: 'running', ...asked })
      .execute();
    const page = await appointed('/admin/year-close', 'hrss-420000', 'administrator');
    await page.getByText('已结算 80 人 / 共 200 人，其中 3 人仍有申报在审核。').waitFor();
    expect(await page.getByLabel('2026年结算进度').getAttribute('aria-valuenow')).toBe('40');
    await page.context().close();
  });
});
