import Fastify from 'fastify';
import pg from 'pg';

/**
 * What an inbox costs at least: one table with the index it wants, and a page and its count behind HTTP. No sessions, no scope, no
 * validation, no log. As the DBOS peer's inbox, with two variants of the count: exact (the peer's), up to 1,001 (ours), none.
 */
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10 });
const app = Fastify();

interface Query {
  group: string;
  page?: string;
  size?: string;
  fields?: string;
  count?: 'exact' | 'bounded' | 'none';
}

const COUNTS = {
  exact: 'select count(*)::int as n from task where grp = $1 and open',
  bounded: 'select count(*)::int as n from (select 1 from task where grp = $1 and open limit 1001) as found',
};

app.get<{ Querystring: Query }>('/tasks', async ({ query }) => {
  const { group, page = '0', size = '20', fields = '0', count = 'exact' } = query;
  const columns = `id, claim_id "claimId", step, due_at "dueAt", created_at "createdAt"${fields === '1' ? ', claim' : ''}`;
  const counted = count === 'none' ? null : await pool.query<{ n: number }>(COUNTS[count], [group]);
  const items =
    size === '0'
      ? []
      : (
          await pool.query(
            `select ${columns} from task where grp = $1 and open order by due_at, id limit $2 offset $3`,
            [group, Number(size), Number(page) * Number(size)],
          )
        ).rows;
  return { items, total: counted?.rows[0]?.n ?? null };
});
app.get('/ready', () => ({ ok: true }));

await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
process.once('SIGTERM', () => {
  process.exit(0);
});
