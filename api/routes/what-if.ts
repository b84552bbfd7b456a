import type { FastifyInstance } from 'fastify';
import type { Outcomes } from '../../contract/problems.ts';
import type { Supposition, WhatIfChange } from '../../contract/what-if.ts';
import { isProvinceAdministrator, provinceOnly } from '../../db/acts/caller.ts';
import { noteWhatIf } from '../../db/acts/what-if.ts';
import type { Scope } from '../../db/read/scope.ts';
import { everyChange, readWhatIf } from '../../db/read/what-if.ts';
import { formatHundredths } from '../../rules/hours.ts';
import type { Deps } from '../deps.ts';
import { asCsv, type Cell } from '../exports/sheet.ts';
import { today } from '../plugins/identity.ts';
import { given, serve } from '../serve.ts';

/** What if (规则试算), for the province's administrators: it shows people of the whole province by name. */
export function whatIfRoutes(app: FastifyInstance, { db }: Deps): void {
  const forProvince = async <T>(
    scope: Scope,
    { supposed, action }: { supposed: Supposition; action: 'what-if.read' | 'what-if.export' },
    read: () => Promise<T> | T,
  ): Promise<Outcomes<T>> => {
    const may = isProvinceAdministrator(scope);
    await noteWhatIf(db, scope, may ? action : 'what-if.denied', supposed);
    return may ? given(await read()) : provinceOnly();
  };
  serve(app, 'whatIf', ({ scope, body }) =>
    forProvince(scope, { supposed: body, action: 'what-if.read' }, () => readWhatIf(db, { ...body, today: today() })),
  );
  serve(app, 'whatIfExport', ({ scope, body, reply }) =>
    forProvince(scope, { supposed: body, action: 'what-if.export' }, () => {
      const name = encodeURIComponent(`规则试算-${String(body.year)}-${today()}.csv`);
      void reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename*=UTF-8''${name}`);
      return asCsv({ name: '规则试算', header: HEADER, rows: rowsOf(everyChange(db, body, today())) });
    }),
  );
}

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
