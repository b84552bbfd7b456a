import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { type Caller, isProvinceAdministrator, provinceOnly, refuse } from './caller.ts';
import { keyReused } from './conflicts.ts';

/** What the acts on the catalogues share: who keeps them, and how a lost race is told. */

/** Null for who keeps the province's catalogues. */
export const whyNotKeeper = (caller: Caller) => (isProvinceAdministrator(caller) ? null : provinceOnly());

/** Who asked for an entry, by which request: the columns of every catalogue. */
export const askedBy = (caller: Caller, requestKey: string) => ({
  created_by: caller.personId,
  request_key: requestKey,
});

type Asked = { table: 'platform_course' | 'courseware'; code: string; requestKey: string };

/** Why an entry was not made; null when this request made it before. */
export async function whyNotMade(trx: Db, caller: Caller, { table, code, requestKey }: Asked) {
  const { rows } = await sql<{ code: string }>`
    select code from ${sql.table(table)} where created_by = ${caller.personId} and request_key = ${requestKey}`.execute(
    trx,
  );
  const [before] = rows;
  if (!before) return codeTaken(code);
  return before.code === code ? null : keyReused();
}

const codeTaken = (code: string) =>
  refuse('code-taken', `编码 ${code} 已在目录中。`, '请核对编码；如要更正已有条目，请在列表中修改。', {
    fields: [{ path: 'code', message: '编码已使用' }],
  });

export const staleEntry = () => refuse('revision-changed', '这一条目已被他人修改。', '请刷新列表，在最新内容上修改。');
