import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';

/**
 * The typefaces a certificate is printed with, and which of them has a sign. A sign that none has is never printed as a box: it is
 * reported, and the certificate waits until somebody gives the system a face that has it.
 */

/** What of a fontkit font is used; pdfkit brings fontkit and hands its fonts on. */
type Font = {
  unitsPerEm: number;
  hasGlyphForCodePoint(codePoint: number): boolean;
  glyphForCodePoint(codePoint: number): { id: number; advanceWidth: number };
};

/** A typeface: opened once, used by every document. */
export type Face = { key: string; font: Font };
export type Weight = 'regular' | 'bold';

/** By weight, in the order in which they are asked for a sign. */
export type Faces = Readonly<Record<Weight, readonly Face[]>>;

const NOTO = '@expo-google-fonts/noto-sans-sc';
/** Noto Sans SC lacks most signs beyond the basic plane; this part of Noto Sans CJK adds 2,389 (fonts/README.md). */
const RARE = fileURLToPath(new URL('./fonts/NotoSansCJKsc-Rare.otf', import.meta.url));

/**
 * Opens the faces; 21 MB are read once.
 * @param further files of faces that the operator owns, such as one of GB 18030-2022 level 3, asked last
 * @throws Error when a file is missing or is no font
 */
export function openFaces(further: readonly string[] = []): Faces {
  const { resolve } = createRequire(import.meta.url);
  const rare = [RARE, ...further].map((file, at) => openFace(`rare-${at}`, file));
  return {
    regular: [openFace('regular', resolve(`${NOTO}/400Regular/NotoSansSC_400Regular.ttf`)), ...rare],
    bold: [openFace('bold', resolve(`${NOTO}/700Bold/NotoSansSC_700Bold.ttf`)), ...rare],
  };
}

function openFace(key: string, file: string): Face {
  const opener = new PDFDocument({ autoFirstPage: false, font: file });
  // pdfkit keeps the font it opened here and does not say so in its types.
  const { _font: opened } = opener as unknown as { _font: { font: Font } };
  return { key, font: opened.font };
}

/** Makes the faces known to a document, by their keys. */
export function bringFaces(doc: PDFKit.PDFDocument, { regular, bold }: Faces): void {
  for (const { key, font } of [...regular, ...bold]) {
    // pdfkit takes an opened font, which its types do not say.
    doc.registerFont(key, font as unknown as Buffer);
  }
}

const faceOf = (faces: readonly Face[], sign: string): Face | undefined => {
  const codePoint = sign.codePointAt(0) ?? 0;
  return faces.find(({ font }) => font.hasGlyphForCodePoint(codePoint) && font.glyphForCodePoint(codePoint).id !== 0);
};

/** The signs of a text that no face has, each once, as `U+20BB7`. */
export function missingSigns(faces: Faces, text: string): string[] {
  const missing = Array.from(text).filter((sign) => faceOf(faces.regular, sign) === undefined);
  return [...new Set(missing)].map(
    (sign) => `U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
}

/** A sign with its face and its width at size 1. */
export type Sign = { text: string; face: Face; width: number };

/** @throws Error for a sign that no face has: ask `missingSigns` first */
export function signsOf(faces: Faces, weight: Weight, text: string): Sign[] {
  return Array.from(text, (sign) => {
    const face = faceOf(faces[weight], sign);
    if (face === undefined) throw new Error('a sign that no face has was to be printed');
    const glyph = face.font.glyphForCodePoint(sign.codePointAt(0) ?? 0);
    return { text: sign, face, width: glyph.advanceWidth / face.font.unitsPerEm };
  });
}

/** Signs of one face after the other are drawn together. */
export function runsOf(signs: readonly Sign[]): Sign[][] {
  const runs: Sign[][] = [];
  for (const sign of signs) {
    const last = runs.at(-1);
    if (last?.[0]?.face === sign.face) last.push(sign);
    else runs.push([sign]);
  }
  return runs;
}
