import { createCanvas, DOMMatrix, ImageData, Path2D } from '@napi-rs/canvas';

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

/** The picture of a page. */
export async function pictureOf(pdf: Buffer, number: number): Promise<Buffer> {
  const { task, document } = await open(pdf);
  const page = await document.getPage(number);
  const viewport = page.getViewport({ scale: 1.25 });
  const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  // pdf.js draws on any canvas that behaves as a browser's.
  await page.render({ canvas: null, canvasContext: canvas.getContext('2d') as never, viewport }).promise;
  await task.destroy();
  return canvas.toBuffer('image/png');
}

async function open(pdf: Buffer) {
  // Else pdf.js loads the canvas a second time, whose paths this one does not know.
  Object.assign(globalThis, { DOMMatrix, ImageData, Path2D });
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const task = getDocument({ data: new Uint8Array(pdf), disableFontFace: true, verbosity: 0 });
  return { task, document: await task.promise };
}
