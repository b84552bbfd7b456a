import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cancelYear, completeYear, course } from '../support/certificates.ts';
import { type House, openHouse } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

describe('the certificate', () => {
  test('is issued, downloaded and checked by a stranger without a script; a change of the year shows in both places', async () => {
    const { world } = house;
    const person = await world.declarant('emp-city');
    await completeYear(world.db, person.personId);
    const page = await house.enter(person);
    const card = page.getByRole('region', { name: '完成证书' });
    await card.getByRole('button', { name: '出具证书' }).click();
    await card.getByText('有效', { exact: true }).waitFor();
    await card.getByAltText('查验二维码').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      card.getByRole('link', { name: '下载证书' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^certificate-2026-420500-\d{8}\.pdf$/);
    expect(
      readFileSync(await download.path())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    await shot(page, 'card');
    const code = (await card.locator('.certificate-code').textContent()) ?? '';

    const origin = new URL(page.url()).origin;
    const context = await page
      .context()
      .browser()
      ?.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } });
    const stranger = await context?.newPage();
    if (!context || !stranger) throw new Error('no second browser window');
    await stranger.goto(`${origin}/verify`);
    await stranger.getByLabel('验证码').fill(code.toLowerCase());
    await stranger.getByRole('button', { name: '查验' }).click();
    await stranger.getByText('证书有效').waitFor();
    expect(await stranger.locator('[data-state]').getAttribute('data-state')).toBe('valid');
    await shot(stranger, 'valid');

    await course(world.db, person.personId, 'public', 100);
    await stranger.reload();
    await stranger.getByText(/证书已失效/).waitFor();
    await shot(stranger, 'superseded');
    await page.reload();
    await card.getByText('历次证书（1）').click();
    await card.getByText(/失效：年度学时有变更/).waitFor();
    await shot(page, 'history');

    const newer = (await card.locator('.certificate-code').first().textContent()) ?? '';
    expect(newer).not.toBe(code);
    await cancelYear(world.db, person.personId);
    await stranger.goto(`${origin}/verify/${newer}`);
    await stranger.getByText(/证书已于\d{4}年\d{1,2}月\d{1,2}日撤销/).waitFor();
    expect(await stranger.locator('[data-state]').getAttribute('data-state')).toBe('revoked');
    await shot(stranger, 'revoked');
    // Nothing is wider than a telephone.
    expect(await stranger.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
    await context.close();
  });

  test('a unit’s manager prints for everybody and sees how far it is', async () => {
    const { world } = house;
    const done = await world.declarant('emp-new-trade');
    await completeYear(world.db, done.personId);
    const manager = await world.declarant('emp-new-trade');
    await world.db
      .insertInto('role_holding')
      .values({
        person_id: manager.personId,
        organisation_id: 'emp-new-trade',
        role: 'administrator',
        from_on: '2026-01-01',
        until_on: null,
      })
      .execute();
    const page = await house.enter(manager);
    await page.getByRole('button', { name: '单位' }).click();
    await page.getByRole('menuitem', { name: '打印证书' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /打印本单位/ }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('certificates-emp-new-trade-2026.zip');
    await download.path();
    await page.getByText(/已完成：共 2 人，已打印 1 份，未打印 1 人/).waitFor();
    await shot(page, 'print');
  });
});

/** Pictures for whoever looks at them: SHOTS=folder. */
async function shot(
  page: { screenshot(options: { path: string; fullPage: boolean }): Promise<unknown> },
  name: string,
): Promise<void> {
  const folder = process.env['SHOTS'];
  if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
}
