import PDFDocument from 'pdfkit';
import { bringFaces, type Faces, missingSigns } from '../certificate/faces.ts';
import { drawLine, drawParagraph, type Pen, widthOfLine } from '../certificate/typeset.ts';
import type { Cell, SmallSheet } from './sheet.ts';

/** The yearly report (年度报告, Art. 12) on A4 across: the sheets of its workbook one after the other, with a place for the seal. */

const PAGE = { width: 841.89, height: 595.28 };
const MARGIN = 40;
const WIDTH = PAGE.width - 2 * MARGIN;
const BOTTOM = PAGE.height - 44;
const SIZE = 9;
const PAD = 4;
const RULE = '#b5b5b5';
const HEAD_FILL = '#eef2f8';
const GREY = '#555555';
const TITLE = '专业技术人员继续教育年度报告';

type Paper = { doc: PDFKit.PDFDocument; pen: Pen; y: number };

/**
 * Draws a report; what comes out is the file, piece by piece.
 * @param sheets their first row is a heading; a row of one cell is a note, an empty row ends a table, and the row after it is a heading
 */
export function drawReport(faces: Faces, sheets: readonly SmallSheet[]): PDFKit.PDFDocument {
  const doc = new PDFDocument({
    size: [PAGE.width, PAGE.height],
    margin: 0,
    bufferPages: true,
    lang: 'zh-CN',
    displayTitle: true,
    // No face of pdfkit's own.
    font: '',
    info: { Title: TITLE, Creator: '学时', Producer: '学时' },
  });
  bringFaces(doc, faces);
  const paper: Paper = { doc, pen: { canvas: doc, faces }, y: 0 };
  drawHead(paper);
  for (const sheet of sheets) drawSheet(paper, printable(faces, sheet));
  drawFeet(paper);
  doc.end();
  return doc;
}

/** A sign that no typeface has (of a unit's name) is told by its number rather than printed as a box. */
function printable(faces: Faces, { name, rows }: SmallSheet): { name: string; rows: string[][] } {
  const told = (text: string): string =>
    missingSigns(faces, text).length === 0
      ? text
      : Array.from(text, (sign) => missingSigns(faces, sign)[0] ?? sign).join('');
  return { name, rows: rows.map((row) => row.map((cell) => told(textOf(cell)))) };
}

/** Numbers as on the page. */
const textOf = (cell: Cell): string =>
  cell === null ? '—' : typeof cell === 'number' ? cell.toLocaleString('zh-CN', { maximumFractionDigits: 2 }) : cell;

function drawHead(paper: Paper): void {
  const { pen } = paper;
  drawLine(pen, TITLE, { size: 22, weight: 'bold', spacing: 3 }, { x: 0, width: PAGE.width, align: 'centre', y: 72 });
  const line = { size: 11 };
  const blanks = ['填报单位（盖章）：', '负责人：', '填报人：', '填报日期：'];
  blanks.forEach((blank, at) => {
    drawLine(pen, blank, line, { x: MARGIN + (at * WIDTH) / 4, width: WIDTH / 4, y: 108 });
  });
  paper.y = 130;
}

type Printed = { name: string; rows: string[][] };

function drawSheet(paper: Paper, { name, rows }: Printed): void {
  drawName(paper, name);
  for (const block of blocksOf(rows)) {
    if (block.length === 1 && block[0]?.length === 1) drawNote(paper, block[0][0] ?? '');
    else drawTable(paper, name, block);
  }
  paper.y += 14;
}

/** Tables and notes, in their order. */
function blocksOf(rows: readonly string[][]): string[][][] {
  const blocks: string[][][] = [];
  let isNew = true;
  for (const row of rows) {
    if (row.length === 0) isNew = true;
    else if (row.length === 1) {
      blocks.push([row]);
      isNew = true;
    } else if (isNew) {
      blocks.push([row]);
      isNew = false;
    } else blocks.at(-1)?.push(row);
  }
  return blocks;
}

function drawName(paper: Paper, name: string): void {
  // Not alone at the foot of a page.
  makeRoom(paper, 80);
  drawLine(paper.pen, name, { size: 13, weight: 'bold' }, { x: MARGIN, width: WIDTH, y: paper.y + 12 });
  paper.y += 20;
}

function drawNote(paper: Paper, note: string): void {
  makeRoom(paper, 30);
  const style = { size: 8, colour: GREY, leading: 12 };
  paper.y = drawParagraph(paper.pen, note, style, { x: MARGIN, width: WIDTH, y: paper.y + 12 }) - 4;
}

/** Begins a page when so much does not fit on this one. @returns whether it did */
function makeRoom(paper: Paper, height: number): boolean {
  if (paper.y + height <= BOTTOM) return false;
  paper.doc.addPage();
  paper.y = MARGIN;
  return true;
}

type Columns = { size: number; widths: number[]; heights: { head: number; row: number } };

function drawTable(paper: Paper, name: string, [head = [], ...rows]: string[][]): void {
  const columns = columnsOf(paper.pen, head, rows);
  drawHeading(paper, head, columns);
  for (const row of rows) {
    if (makeRoom(paper, columns.heights.row)) {
      drawName(paper, `${name}（续）`);
      drawHeading(paper, head, columns);
    }
    drawRow(paper, row, columns);
  }
  paper.y += 6;
}

/** Each column as wide as its widest cell; all of them smaller together where they would not fit. */
function columnsOf(pen: Pen, head: readonly string[], rows: readonly string[][]): Columns {
  const natural = head.map((title, at) => {
    const titles = halves(title).map((half) => widthOfLine(pen, half, { size: SIZE, weight: 'bold' }));
    const cells = rows.map((row) => widthOfLine(pen, row[at] ?? '', { size: SIZE, weight: weightOf(row) }));
    return Math.max(36, ...titles, ...cells) + 2 * PAD;
  });
  const fits = Math.min(1, WIDTH / natural.reduce((sum, width) => sum + width, 0));
  const size = SIZE * fits;
  const isTwoLines = head.some((title) => halves(title).length > 1);
  const heights = { head: (isTwoLines ? 3 : 1.9) * size, row: 1.9 * size };
  return { size, widths: natural.map((width) => width * fits), heights };
}

const weightOf = ([first]: readonly string[]): 'bold' | 'regular' => (first === '合计' ? 'bold' : 'regular');

/** A long title of a column in two lines. */
function halves(title: string): string[] {
  const signs = Array.from(title);
  if (signs.length <= 4) return [title];
  const space = signs.indexOf(' ', 2);
  const half = space === -1 ? Math.ceil(signs.length / 2) : space + 1;
  return [signs.slice(0, half).join(''), signs.slice(half).join('')];
}

function drawHeading(paper: Paper, head: readonly string[], { size, widths, heights }: Columns): void {
  const { doc, pen, y } = paper;
  const width = widths.reduce((sum, each) => sum + each, 0);
  doc.rect(MARGIN, y, width, heights.head).fill(HEAD_FILL);
  let x = MARGIN;
  head.forEach((title, at) => {
    const lines = halves(title);
    lines.forEach((line, index) => {
      const middle = y + heights.head / 2 + (index - (lines.length - 1) / 2) * size * 1.25;
      const place = { x, width: widths[at] ?? 0, align: 'centre' as const, y: middle + size * 0.36 };
      drawLine(pen, line, { size, weight: 'bold' }, place);
    });
    x += widths[at] ?? 0;
  });
  drawGrid(paper, widths, heights.head);
  paper.y += heights.head;
}

function drawRow(paper: Paper, row: readonly string[], { size, widths, heights }: Columns): void {
  const { pen, y } = paper;
  let x = MARGIN;
  widths.forEach((width, at) => {
    const place = { x: x + PAD, width: width - 2 * PAD, y: y + heights.row / 2 + size * 0.36 };
    const align = at === 0 ? ('left' as const) : ('right' as const);
    drawLine(pen, row[at] ?? '', { size, weight: weightOf(row) }, { ...place, align });
    x += width;
  });
  drawGrid(paper, widths, heights.row);
  paper.y += heights.row;
}

function drawGrid({ doc, y }: Paper, widths: readonly number[], height: number): void {
  doc.lineWidth(0.5).strokeColor(RULE);
  let x = MARGIN;
  for (const width of widths) {
    doc.rect(x, y, width, height).stroke();
    x += width;
  }
}

function drawFeet({ doc, pen }: Paper): void {
  const { start, count } = doc.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    doc.switchToPage(page);
    const text = `第 ${String(page - start + 1)} 页，共 ${String(count)} 页`;
    drawLine(pen, text, { size: 8, colour: GREY }, { x: 0, width: PAGE.width, align: 'centre', y: PAGE.height - 22 });
  }
}
