import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

/** A small real file, as somebody would upload it. */
export interface EvidenceFile {
  fileName: string;
  mediaType: 'application/pdf' | 'image/png';
  content: Buffer;
  sha256: Buffer;
}

/** A one-page PDF with the given Chinese lines; the font is one of the standard ones every viewer replaces (no 10 MB to embed). */
export function pdfFile(fileName: string, lines: readonly string[]): EvidenceFile {
  const text = lines.map((line, index) => pdfLine(line, index)).join('\n');
  const stream = `2 w 40 40 515 762 re S\nBT\n${text}\nET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${String(stream.length)} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [6 0 R] >>',
    '<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 5 >> /DW 1000 /FontDescriptor 7 0 R >>',
    '<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>',
  ];
  return fileOf(fileName, 'application/pdf', pdfOf(objects));
}

function pdfLine(line: string, index: number): string {
  const size = index === 0 ? 24 : 14;
  const hex = Buffer.from(line, 'utf16le').swap16().toString('hex').toUpperCase();
  return `/F1 ${String(size)} Tf 1 0 0 1 80 ${String(720 - index * 36)} Tm <${hex}> Tj`;
}

function pdfOf(objects: readonly string[]): Buffer {
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${String(index + 1)} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = body.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const count = String(objects.length + 1);
  body += `xref\n0 ${count}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${String(start)}\n%%EOF\n`;
  return Buffer.from(body, 'latin1');
}

const WIDTH = 240;
const HEIGHT = 160;

/** A small PNG that looks like a scanned certificate: paper, frame, a red seal; `mark` makes each one its own. */
export function pngFile(fileName: string, mark: string): EvidenceFile {
  const digest = createHash('sha256').update(mark).digest();
  const rows = Buffer.alloc(HEIGHT * (WIDTH + 1));
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) rows[y * (WIDTH + 1) + 1 + x] = colourAt(x, y, digest);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(WIDTH, 0);
  header.writeUInt32BE(HEIGHT, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const palette = Buffer.from([252, 249, 240, 176, 141, 87, 70, 70, 70, 200, 30, 30]);
  return fileOf(
    fileName,
    'image/png',
    Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      chunk('IHDR', header),
      chunk('PLTE', palette),
      chunk('IDAT', deflateSync(rows)),
      chunk('IEND', Buffer.alloc(0)),
    ]),
  );
}

const PAPER = 0;
const FRAME = 1;
const INK = 2;
const SEAL = 3;

function colourAt(x: number, y: number, digest: Buffer): number {
  if (x < 6 || y < 6 || x >= WIDTH - 6 || y >= HEIGHT - 6) return FRAME;
  const fromSeal = Math.hypot(x - 190, y - 115);
  if (fromSeal > 22 && fromSeal < 26) return SEAL;
  // Lines of "writing" whose gaps come from the digest.
  const line = Math.floor((y - 30) / 16);
  const written = y >= 30 && y < 126 && (y - 30) % 16 < 5 && x > 30 && x < 160;
  return written && ((digest[(line * 5 + Math.floor(x / 9)) % 32] ?? 0) & 1) === 1 ? INK : PAPER;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

function fileOf(fileName: string, mediaType: EvidenceFile['mediaType'], content: Buffer): EvidenceFile {
  return { fileName, mediaType, content, sha256: createHash('sha256').update(content).digest() };
}
