import { describe, expect, test } from 'vitest';
import { readList } from '../../web/unit/attendance-list.ts';

describe('a pasted attendance list', () => {
  test('with a heading is read by its words, with the numbers a spreadsheet shows', () => {
    expect(readList('姓名\t工号\t缺席日期\n张三\t0001\t2026/10/3、2026-10-04\n\n李四\t0002\t\n')).toEqual({
      rows: [
        { row: 2, name: '张三', workNumber: '0001', missed: ['2026-10-03', '2026-10-04'] },
        { row: 4, name: '李四', workNumber: '0002' },
      ],
    });
  });

  test('without one is work number and name; what is no day stays for the answer to name it', () => {
    expect(readList('0001,张三\r\n"00,02",李四')).toEqual({
      rows: [
        { row: 1, workNumber: '0001', name: '张三' },
        { row: 2, workNumber: '00,02', name: '李四' },
      ],
    });
    expect(readList('工号,缺席日期\n0001,2026-02-30')).toEqual({
      rows: [{ row: 2, workNumber: '0001', missed: ['2026-02-30'] }],
    });
  });

  test('that names nobody, or is empty, is said as a whole', () => {
    expect(readList('姓名,部门\n张三,内科')).toHaveProperty('problem');
    expect(readList('工号,姓名\n')).toHaveProperty('problem');
  });
});
