import { answering, taskOf } from '../../imports/threads.ts';
import { openFaces } from './faces.ts';
import { type Print, type Printed, printIfPossible } from './paper.ts';

/** A thread of its own for the certificates of one batch: each costs some 20 ms of the thread it is printed in, 5,000 of them two minutes. */

export type PrintingTask = { furtherFaces: readonly string[] };

const faces = openFaces(taskOf<PrintingTask>().furtherFaces);
answering<Printed, Print>((printed) => printIfPossible(faces, printed));
