import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Caller } from '../../db/acts/caller.ts';
import { changeContact, tell } from '../../db/acts/notices.ts';
import { sendAtOnce, sendDigests } from '../../relay/notices.ts';
import { type Sender, smsSender, smtpSender } from '../../relay/senders.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { makeWorld, type World } from '../support/world.ts';

/** Notices leave the system by a real SMTP server and a real HTTP gateway, each at most once. */

let database: TestDatabase;
let world: World;
let post: PostOffice;
let gateway: Gateway;
let email: Sender;
let sms: Sender;
beforeAll(async () => {
  database = await freshDatabase();
  world = await makeWorld(database.url);
  post = await postOffice();
  gateway = await smsGateway();
  email = smtpSender(`smtp://127.0.0.1:${post.port}`, 'xueshi@example.org');
  sms = smsSender(`http://127.0.0.1:${gateway.port}/send`);
});
afterAll(async () => {
  email.close();
  await post.close();
  await gateway.close();
  await world.close();
  await database.drop();
});

type PostOffice = { port: number; letters: string[]; answer: number; close(): Promise<void> };
async function postOffice(): Promise<PostOffice> {
  const office: PostOffice = { port: 0, letters: [], answer: 250, close: () => Promise.resolve() };
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData: (stream, _session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (office.answer !== 250) {
          callback(Object.assign(new Error('refused'), { responseCode: office.answer }));
          return;
        }
        office.letters.push(Buffer.concat(chunks).toString());
        callback();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  office.port = (server.server.address() as AddressInfo).port;
  office.close = () => new Promise((resolve) => server.close(() => resolve()));
  return office;
}

type Gateway = {
  port: number;
  taken: { id: string; to: string; text: string }[];
  status: number;
  close(): Promise<void>;
};
async function smsGateway(): Promise<Gateway> {
  const it: Gateway = { port: 0, taken: [], status: 200, close: () => Promise.resolve() };
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on('end', () => {
      if (it.status === 200) it.taken.push(JSON.parse(body));
      response.writeHead(it.status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  it.port = (server.address() as AddressInfo).port;
  it.close = () => new Promise((resolve) => server.close(() => resolve()));
  return it;
}

const courier = () => ({ db: world.db, email, sms, publicUrl: 'http://127.0.0.1:1' });

let people = 0;
async function wishing(wishes: {
  emailWish?: 'off' | 'at-once' | 'daily';
  smsWish?: 'off' | 'at-once';
}): Promise<Caller> {
  const person = await world.declarant('emp-city');
  people += 1;
  await changeContact(world.db, person, {
    email: `person${people}@example.org`,
    phone: '13800000000',
    emailWish: 'off',
    smsWish: 'off',
    ...wishes,
  });
  return person;
}

const returned = (person: Caller, key: string) =>
  tell(world.db, [
    {
      personId: person.personId,
      kind: 'claim-returned',
      key,
      detail: { title: '全国护理学术会议', until: '2026年12月14日' },
    },
  ]);

/** Headers fold and bodies are base64: read as a mail program would. */
function read(letter: string): { to: string; id: string; text: string } {
  const [head = '', ...body] = letter.split('\r\n\r\n');
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? '';
  return { to: header('To'), id: header('Message-ID'), text: Buffer.from(body.join(''), 'base64').toString() };
}

const states = async (person: Caller) => {
  const { rows } = await sql<{ state: string; channel: string; attempts: number }>`
    select d.state, d.channel, d.attempts from notice_delivery d join notice n on n.id = d.notice_id
    where n.person_id = ${person.personId} order by d.channel`.execute(world.db);
  return rows;
};

describe('a notice', () => {
  test('told twice is one notice, and one message', async () => {
    const person = await wishing({ emailWish: 'at-once' });
    await returned(person, 'claim-1/3');
    await returned(person, 'claim-1/3');
    const before = post.letters.length;
    await Promise.all([sendAtOnce(courier()), sendAtOnce(courier())]);
    await sendAtOnce(courier());
    expect(post.letters.length - before).toBe(1);
    const letter = read(post.letters.at(-1) ?? '');
    expect(letter.to).toMatch(/^person\d+@example.org$/);
    expect(letter.text).toContain('“全国护理学术会议”需要补正，请在2026年12月14日24时前修改后重新提交');
    expect(await states(person)).toEqual([{ state: 'sent', channel: 'email', attempts: 1 }]);
  });

  test('whose sender died after sending is never sent again by itself', async () => {
    const person = await wishing({ emailWish: 'at-once' });
    await returned(person, 'claim-2/3');
    const dies: Sender = { send: () => new Promise(() => undefined), close: () => undefined };
    // It never comes back, as a sender that died.
    sendAtOnce({ ...courier(), email: dies }).catch((error: unknown) => {
      throw error;
    });
    await expect.poll(() => states(person)).toEqual([{ state: 'sending', channel: 'email', attempts: 1 }]);
    const before = post.letters.length;
    await sendAtOnce(courier());
    expect(post.letters.length).toBe(before);
    expect(await states(person)).toEqual([{ state: 'sending', channel: 'email', attempts: 1 }]);
  });

  test('that no time was left for waits as it was, untried, for the next minute', async () => {
    const people = [await wishing({ emailWish: 'at-once' }), await wishing({ emailWish: 'at-once' })];
    for (const [at, person] of people.entries()) await returned(person, `claim-late-${at}/3`);
    const before = post.letters.length;
    expect(await sendAtOnce(courier(), { budgetMs: 0 })).toBe(1);
    const left = (await Promise.all(people.map(states))).flat().filter((each) => each.state !== 'sent');
    expect(left).toEqual([{ state: 'waiting', channel: 'email', attempts: 0 }]);
    expect(await sendAtOnce(courier())).toBe(1);
    expect(post.letters.length - before).toBe(2);
    expect((await Promise.all(people.map(states))).flat()).toEqual([
      { state: 'sent', channel: 'email', attempts: 1 },
      { state: 'sent', channel: 'email', attempts: 1 },
    ]);
  });

  test('that the mail server cannot take now is tried again later; one it refuses is given up', async () => {
    const person = await wishing({ emailWish: 'at-once' });
    post.answer = 451;
    await returned(person, 'claim-3/3');
    await sendAtOnce(courier());
    expect(await states(person)).toEqual([{ state: 'waiting', channel: 'email', attempts: 1 }]);
    await sendAtOnce(courier());
    expect(await states(person)).toEqual([{ state: 'waiting', channel: 'email', attempts: 1 }]);
    post.answer = 250;
    await sql`update notice_delivery set next_at = now() where state = 'waiting'`.execute(world.db);
    const before = post.letters.length;
    await sendAtOnce(courier());
    expect(post.letters.length - before).toBe(1);
    expect(await states(person)).toEqual([{ state: 'sent', channel: 'email', attempts: 2 }]);

    const refused = await wishing({ emailWish: 'at-once' });
    post.answer = 550;
    await returned(refused, 'claim-4/3');
    await sendAtOnce(courier());
    post.answer = 250;
    expect(await states(refused)).toEqual([{ state: 'failed', channel: 'email', attempts: 1 }]);
  });

  test('goes to no one who does not wish it, nor what was told before the wish', async () => {
    const silent = await wishing({});
    await returned(silent, 'claim-5/3');
    const late = await world.declarant('emp-city');
    await returned(late, 'claim-6/3');
    await changeContact(world.db, late, {
      email: 'late@example.org',
      phone: null,
      emailWish: 'at-once',
      smsWish: 'off',
    });
    const before = post.letters.length;
    await sendAtOnce(courier());
    expect(post.letters.length).toBe(before);
  });

  test('by SMS goes to the gateway with a stable id', async () => {
    const person = await wishing({ smsWish: 'at-once' });
    await returned(person, 'claim-7/3');
    gateway.status = 503;
    await sendAtOnce(courier());
    expect(gateway.taken).toEqual([]);
    gateway.status = 200;
    await sql`update notice_delivery set next_at = now() where state = 'waiting'`.execute(world.db);
    await sendAtOnce(courier());
    expect(gateway.taken).toMatchObject([{ to: '13800000000', id: expect.stringMatching(/^notice-/) }]);
  });

  test('of people who wish one e-mail a day comes with the day’s others, once', async () => {
    const person = await wishing({ emailWish: 'daily' });
    await returned(person, 'claim-8/3');
    await returned(person, 'claim-9/3');
    await sendAtOnce(courier());
    expect(await states(person)).toEqual([]);
    const before = post.letters.length;
    await Promise.all([sendDigests(courier()), sendDigests(courier())]);
    await sendDigests(courier());
    expect(post.letters.length - before).toBe(1);
    const letter = read(post.letters.at(-1) ?? '');
    expect(letter.text).toMatch(/1\. .*\n2\. /);
    expect(letter.id).toMatch(/digest-\d{4}-\d{2}-\d{2}-/);
  });
});
