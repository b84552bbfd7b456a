import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { tell } from '../../db/acts/notices.ts';
import { type Bench, expectProblem, makeBench } from './support.ts';

let bench: Bench;
let person: Caller;
let other: Caller;
beforeAll(async () => {
  bench = await makeBench();
  person = await bench.world.declarant('emp-city');
  other = await bench.world.declarant('emp-city');
  for (const n of [1, 2, 3]) {
    await tell(bench.db, [
      { personId: person.personId, kind: 'claim-filed', key: `claim/${n}`, detail: { title: `会议${n}`, year: 2026 } },
    ]);
  }
});
afterAll(() => bench.close());

test('my notices: the newest first, page by page, with the number unread', async () => {
  const first = await bench.call('notices', { as: person, query: { limit: 2 } });
  expect(first.json).toMatchObject({
    unread: 3,
    items: [{ text: '“会议3”已备案，2026年度学时已更新。' }, { text: '“会议2”已备案，2026年度学时已更新。' }],
  });
  const second = await bench.call('notices', { as: person, query: { limit: 2, after: first.json.next } });
  expect(second.json).toMatchObject({ next: null, items: [{ isRead: false }] });
  expect((await bench.call('notices', { as: other })).json).toEqual({ items: [], next: null, unread: 0 });
});

test('nobody marks another’s notice as read', async () => {
  const { json } = await bench.call('notices', { as: person });
  const ids = [json.items[0].id];
  await bench.call('readNotices', { as: other, body: { ids } });
  expect((await bench.call('notices', { as: person })).json.unread).toBe(3);
  expect((await bench.call('readNotices', { as: person, body: { ids } })).json).toEqual({ unread: 2 });
  expect((await bench.call('notices', { as: person, query: { unread: 'true' } })).json.items).toHaveLength(2);
  expect((await bench.call('readNotices', { as: person, body: { all: true } })).json).toEqual({ unread: 0 });
});

test('wishes are kept; one without an address is refused with its field', async () => {
  const wishes = { email: 'a@example.org', phone: null, emailWish: 'daily', smsWish: 'off' };
  expect((await bench.call('changeContact', { as: person, body: wishes })).json).toEqual(wishes);
  expect((await bench.call('contact', { as: person })).json).toEqual(wishes);
  const answer = await bench.call('changeContact', { as: person, body: { ...wishes, email: null } });
  expectProblem(answer, 400, 'invalid-input');
  expect(answer.json.fields).toMatchObject([{ message: '请先填写电子邮箱' }]);
  expectProblem(
    await bench.call('changeContact', { as: person, body: { ...wishes, phone: '12345', smsWish: 'at-once' } }),
    400,
    'invalid-input',
  );
});
