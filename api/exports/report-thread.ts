import { answering, taskOf } from '../../imports/threads.ts';
import { openFaces } from '../certificate/faces.ts';
import { drawReport } from './report-paper.ts';
import type { ReportAnswer, ReportTask } from './report-pdf.ts';

/** A thread of its own for one report: subsetting the typefaces holds the thread it is done in. */

const { sheets } = taskOf<ReportTask>();
const pieces = drawReport(openFaces(), sheets)[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
answering<'next', ReportAnswer>(async () => {
  const next = await pieces.next();
  return next.done === true ? null : next.value;
});
