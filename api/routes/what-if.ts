import type { FastifyInstance } from 'fastify';
import type { Outcomes, Refusal } from '../../contract/problems.ts';
import type { WhatIf, WhatIfChange } from '../../contract/what-if.ts';
import { isProvinceAdministrator, provinceOnly } from '../../db/acts/caller.ts';
import { cancelWhatIf, noteWhatIf, startWhatIf } from '../../db/acts/what-if.ts';
import type { Scope } from '../../db/read/scope.ts';
import { everyChange, readWhatIf, readWhatIfChanges, readWhatIfs } from '../../db/read/what-if.ts';
import { formatHundredths } from '../../rules/hours.ts';
import type { Deps } from '../deps.ts';
import { asCsv, type Cell } from '../exports/sheet.ts';
import { today } from '../plugins/identity.ts';
import { given, refused, serve } from '../serve.ts';

/** What if (规则试算), for the province's administrators: it shows people of the whole province by name. */
export function whatIfRoutes(app: FastifyInstance, { db }: Deps): void {
  const show = async (scope: Scope, id: string): Promise<Outcomes<WhatIf>> => {
    if (!isProvinceAdministrator(scope)) return provinceOnly();
    const found = await readWhatIf(db, id);
    return found ? given(found) : refused(NO_WHAT_IF);
  };
  serve(app, 'whatIfs', async ({ scope }) =>
    isProvinceAdministrator(scope) ? given({ items: await readWhatIfs(db) }) : provinceOnly(),
  );
  serve(app, 'startWhatIf', async ({ scope, body, headers }) => {
    const started = await startWhatIf(db, scope, { ...body, requestKey: headers['idempotency-key'], today: today() });
    return started.ok ? show(scope, started.value.id) : started;
  });
  serve(app, 'whatIf', ({ scope, params }) => show(scope, params.id));
  serve(app, 'whatIfChanges', async ({ scope, params, query }) => {
    const found = await show(scope, params.id);
    if (!found.ok) return found;
    await noteWhatIf(db, scope, 'what-if.read', params);
    return given(await readWhatIfChanges(db, { ...params, ...query }));
  });
  serve(app, 'whatIfExport', async ({ scope, params, reply }) => {
    const found = await show(scope, params.id);
    if (!found.ok) return found;
    await noteWhatIf(db, scope, 'what-if.export', params);
    const name = encodeURIComponent(`规则试算-${String(found.value.year)}-${found.value.asOf}.csv`);
    void reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename*=UTF-8''${name}`);
    return given(asCsv({ name: '规则试算', header: HEADER, rows: rowsOf(everyChange(db, params.id)) }));
  });
  serve(app, 'cancelWhatIf', async ({ scope, params }) => {
    const done = await cancelWhatIf(db, scope, params.id);
    return done.ok ? show(scope, params.id) : done;
  });
}

const NO_WHAT_IF: Refusal = {
  code: 'not-found',
  detail: '没有找到这次试算。',
  fix: '请从试算记录重新进入；三十天前的试算不再保留。',
};

const HEADER = ['姓名', '单位', '现公需', '现专业', '现合计', '现结论', '试算公需', '试算专业', '试算合计', '试算结论'];

async function* rowsOf(changes: AsyncIterable<WhatIfChange>): AsyncGenerator<Cell[]> {
  for await (const { name, employerName, before, after } of changes) {
    yield [name, employerName, ...figuresOf(before), ...figuresOf(after)];
  }
}

const figuresOf = (judged: WhatIfChange['before']): Cell[] => [
  formatHundredths(judged.publicHundredths),
  formatHundredths(judged.professionalHundredths),
  formatHundredths(judged.totalHundredths),
  judged.verdictLabel,
];
