import { DOMMatrix, ImageData, Path2D } from '@napi-rs/canvas';

/** A PDF as whoever opens it reads it: the text of each page. */
export async function textOfPages(pdf: Buffer): Promise<string[]> {
  const { task, document } = await open(pdf);
  const pages: string[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const { items } = await (await document.getPage(number)).getTextContent();
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(' '));
  }
  await task.destroy();
  return pages;
}

async function open(pdf: Buffer) {
  // Else pdf.js loads the canvas a second time, whose paths this one does not know.
  Object.assign(globalThis, { DOMMatrix, ImageData, Path2D });
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const task = getDocument({ data: new Uint8Array(pdf), disableFontFace: true, verbosity: 0 });
  return { task, document: await task.promise };
}
