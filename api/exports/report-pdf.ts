import path from 'node:path';
import { Readable } from 'node:stream';
import { Threads } from '../../imports/threads.ts';
import type { SmallSheet } from './sheet.ts';

/** What the thread of a report is given: its sheets, as for a workbook. */
export type ReportTask = { sheets: readonly SmallSheet[] };
/** A piece of the file; null after the last. */
export type ReportAnswer = Uint8Array | null;

/**
 * The yearly report (年度报告, Art. 12) on paper: the sheets of the workbook, drawn in a thread of its own and streamed.
 * @throws BusyError while as many reports as may are drawn and waited for
 */
export async function reportPdf(sheets: readonly SmallSheet[]): Promise<Readable> {
  const task: ReportTask = { sheets };
  const thread = await reports.begin<'next', ReportAnswer>(path.join(import.meta.dirname, 'report-thread.ts'), task);
  return Readable.from(
    (async function* pieces() {
      try {
        for (let piece = await thread.ask('next'); piece; piece = await thread.ask('next')) yield Buffer.from(piece);
      } finally {
        await thread.end();
      }
    })(),
    { objectMode: false },
  );
}

/** Of this process: a report takes a second or two, most of it for the typefaces. */
const reports = new Threads({ atOnce: 1, waiting: 8, heapMiB: 512, answerMs: 60_000 });
