import { readFileSync } from 'node:fs';
import { readXlsx } from 'hucre/xlsx';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { submitted, training } from '../support/world.ts';
import { type House, openHouse } from './house.ts';

/** The statistics as an authority uses them: look, go down to the people, take the numbers away. */

let house: House;
let city: Caller;
beforeAll(async () => {
  house = await openHouse();
  const { db } = house.world;
  for (const employer of ['emp-city', 'emp-city', 'emp-county', 'emp-new-trade']) await house.world.declarant(employer);
  const declarant = await house.world.declarant('emp-county');
  await submitted(db, declarant, training('authority-training', ['2026-05-11'], '县域急救培训'));
  const { id } = await db
    .insertInto('person')
    .values({ name: '市局监督员', id_number: '420500197001019999', title: null })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('role_holding')
    .values({
      person_id: id,
      organisation_id: 'hrss-420500',
      role: 'supervisor',
      from_on: '2026-01-01',
      until_on: null,
    })
    .execute();
  city = { personId: id, holdings: [], requestId: 'test' };
});
afterAll(() => house.close());

/** The page of whoever supervises the city, at its numbers of 2026. */
async function atStatistics(): Promise<Page> {
  const page = await house.enter(city);
  await page.waitForURL((url) => url.pathname === '/overview');
  await page.getByRole('button', { name: '监管' }).click();
  await page.getByRole('menuitem', { name: '统计' }).click();
  await page.getByRole('heading', { name: '统计', exact: true }).waitFor();
  await page.goto('/statistics?year=2026');
  await page.getByRole('img', { name: /人数与完成情况/ }).waitFor();
  return page;
}

const figure = (page: Page, title: RegExp) => page.getByRole('region', { name: title });

describe('statistics in the browser', () => {
  test('chart and table have the same numbers; a row leads to its unit, the unit to its people', async () => {
    const page = await atStatistics();
    expect(await page.getByRole('region', { name: '合计' }).getByRole('link').first().textContent()).toBe('5');
    const people = figure(page, /人数与完成情况/);
    await people.getByText('表', { exact: true }).click();
    const county = people.getByRole('row', { name: /西陵区/ });
    expect((await county.getByRole('cell').allInnerTexts()).slice(0, 1)).toEqual(['2']);
    await county.getByRole('link', { name: '西陵区' }).click();
    await page.waitForURL(/by=employer/);
    await page.getByRole('navigation', { name: '当前范围' }).getByText('西陵区').waitFor();
    await people.getByRole('link', { name: '单位 emp-county' }).click();
    await page.getByRole('heading', { name: '2026年人员名单' }).waitFor();
    await page.getByText('单位 emp-county').first().waitFor();
    expect(await page.getByRole('row').count()).toBe(1 + 2);
  });

  test('a bar leads where its name leads; a state leads to its claims', async () => {
    const page = await atStatistics();
    const states = figure(page, /申报（按状态）/);
    await states.getByText('表', { exact: true }).click();
    await states.getByRole('link', { name: '1' }).click();
    await page.getByRole('link', { name: /县域急救培训/ }).waitFor();
    await page.goBack();
    const chart = page.getByRole('img', { name: /人数与完成情况/ });
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    if (box === null) throw new Error('no chart');
    // The first bar begins right of the names; its row is the first of two.
    await page.mouse.click(box.x + box.width / 3, box.y + 25);
    await page.waitForURL(/by=employer/);
  });

  test('the file that is taken away has the numbers of the page', async () => {
    const page = await atStatistics();
    await page.getByRole('button', { name: '导出' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: '本页统计表（Excel）' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^统计表-2026-.*\.xlsx$/);
    const { sheets } = await readXlsx(readFileSync(await download.path()));
    expect(sheets[0]?.rows.map((row) => row.slice(0, 2))).toEqual([
      ['地区', '人数'],
      ['宜昌市本级', 3],
      ['西陵区', 2],
      ['合计', 5],
    ]);
  });

  test('who oversees nothing has no way in, and is told why at the address', async () => {
    const page = await house.enter(await house.world.declarant('emp-city'));
    await page.waitForURL((url) => url.pathname === '/');
    expect(await page.getByRole('button', { name: '监管' }).count()).toBe(0);
    await page.goto('/statistics');
    await page.getByText('您没有可查看统计的岗位。').waitFor();
  });
});
