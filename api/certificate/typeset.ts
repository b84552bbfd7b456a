import { type Faces, runsOf, type Sign, signsOf, type Weight } from './faces.ts';

/** Chinese lines: broken between signs, never with a closing mark first or an opening one last, filled to both margins. */

type Style = { size: number; weight?: Weight; colour?: string; spacing?: number };
export type Line = { signs: Sign[]; width: number; isLast: boolean };

/** What of pdfkit draws text. */
type Canvas = {
  font(name: string, size: number): unknown;
  fillColor(colour: string): unknown;
  text(text: string, x: number, y: number, options: object): unknown;
};
export type Pen = { canvas: Canvas; faces: Faces };

const INK = '#1a1a1a';
const NOT_FIRST = '，。、；：？！）》”’】」』％%)]}·…—';
const NOT_LAST = '（《“‘【「『([{';
const isLatin = (sign: Sign | undefined): boolean => sign !== undefined && /[A-Za-z0-9.\-/*]/.test(sign.text);

/** Whether a line may end between two signs. */
function mayBreak(before: Sign, after: Sign): boolean {
  if (NOT_FIRST.includes(after.text) || NOT_LAST.includes(before.text)) return false;
  return !(isLatin(before) && isLatin(after));
}

/**
 * Breaks a paragraph into lines.
 * @param indent of the first line, in points
 */
export function linesOf(
  pen: Pen,
  text: string,
  style: Style,
  { width, indent = 0 }: { width: number; indent?: number },
): Line[] {
  const lines: Line[] = [];
  let rest = signsOf(pen.faces, style.weight ?? 'regular', text);
  for (let room = width - indent; rest.length > 0; room = width) {
    const fits = countFitting(rest, style.size, room);
    const count = fits === rest.length ? fits : breakBefore(rest, fits);
    const signs = rest.slice(0, count);
    rest = rest.slice(count);
    lines.push({ signs, width: widthOf(signs, style), isLast: rest.length === 0 });
  }
  return lines;
}

function countFitting(signs: readonly Sign[], size: number, room: number): number {
  let used = 0;
  const over = signs.findIndex((sign) => {
    used += sign.width * size;
    return used > room + 0.01;
  });
  return Math.max(1, over === -1 ? signs.length : over);
}

/** The last place before `most` where the line may end; an unbreakable stretch longer than a line is cut where it must be. */
function breakBefore(signs: readonly Sign[], most: number): number {
  for (let at = most; at > 0; at -= 1) {
    const [before, after] = [signs[at - 1], signs[at]];
    if (before && after && mayBreak(before, after)) return at;
  }
  return most;
}

/** How wide a line of text is, in points. */
export const widthOfLine = ({ faces }: Pen, text: string, style: Style): number =>
  widthOf(signsOf(faces, style.weight ?? 'regular', text), style);

const widthOf = (signs: readonly Sign[], { size, spacing = 0 }: Style): number =>
  signs.reduce((sum, sign) => sum + sign.width * size, 0) + spacing * Math.max(0, signs.length - 1);

/** Draws signs on a base line from `x`, run by run. */
function drawSigns(
  { canvas }: Pen,
  signs: readonly Sign[],
  style: Style,
  { x, y, spacing }: { x: number; y: number; spacing: number },
): void {
  let at = x;
  canvas.fillColor(style.colour ?? INK);
  for (const run of runsOf(signs)) {
    canvas.font(run[0]?.face.key ?? '', style.size);
    const text = run.map((sign) => sign.text).join('');
    canvas.text(text, at, y, { lineBreak: false, baseline: 'alphabetic', characterSpacing: spacing });
    at += widthOf(run, { size: style.size, spacing }) + spacing;
  }
}

type Place = { x: number; y: number; width: number; align?: 'left' | 'centre' | 'right' };

/** One line of text on the base line `y`. */
export function drawLine(pen: Pen, text: string, style: Style, { x, y, width, align = 'left' }: Place): void {
  const signs = signsOf(pen.faces, style.weight ?? 'regular', text);
  const room = width - widthOf(signs, style);
  const offset = align === 'left' ? 0 : align === 'right' ? room : room / 2;
  drawSigns(pen, signs, style, { x: x + offset, y, spacing: style.spacing ?? 0 });
}

/**
 * A paragraph, its first base line at `y`, filled to both margins.
 * @returns the base line after the last
 */
export function drawParagraph(
  pen: Pen,
  text: string,
  style: Style & { leading: number },
  { x, y, width, indent = 0 }: Place & { indent?: number },
): number {
  const lines = linesOf(pen, text, style, { width, indent });
  lines.forEach((line, index) => {
    const left = index === 0 ? indent : 0;
    const gap = line.isLast ? 0 : (width - left - line.width) / Math.max(1, line.signs.length - 1);
    drawSigns(pen, line.signs, style, { x: x + left, y: y + index * style.leading, spacing: gap });
  });
  return y + lines.length * style.leading;
}
