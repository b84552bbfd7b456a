import PDFDocument from 'pdfkit';
import QRCode from 'qrcode';
import { citations, MEASURES } from '../../rules/articles.ts';
import { groupedCode, type Statement } from '../../rules/certificate.ts';
import { formatHundredths } from '../../rules/hours.ts';
import { FORM_BASIS } from '../../rules/recognition.ts';
import { FORMS, SUBJECTS } from '../../rules/vocabulary.ts';
import { bringFaces, type Faces, missingSigns } from './faces.ts';
import { drawLine, drawParagraph, type Pen } from './typeset.ts';

/**
 * The unified form (全省统一制式, Art. 16) on A4. The same statement, code and address give the same bytes: nothing in it comes from the
 * clock or from chance, and it is not compressed, because zlib's output differs between builds and a signature is over the bytes.
 */

const RED = '#9b1c1c';
const GOLD = '#a8874c';
const GREY = '#555555';
const PAGE = { width: 595.28, height: 841.89 };
const LEFT = 72;
const WIDTH = PAGE.width - 2 * LEFT;
const ISSUER = '湖北省人力资源和社会保障厅';

export type Printed = { statement: Statement; code: string; verifyUrl: string };

/** A certificate on paper, or the signs that no typeface has. */
export type Print = { ok: true; pdf: Uint8Array } | { ok: false; missing: string[] };

export async function printIfPossible(faces: Faces, printed: Printed): Promise<Print> {
  const missing = missingSigns(faces, variableText(printed));
  return missing.length > 0 ? { ok: false, missing } : { ok: true, pdf: await printCertificate(faces, printed) };
}

/** Every text the form takes from the statement: what has to be checked for missing signs. */
const variableText = ({ statement }: Printed): string => `${statement.name}${statement.employerName ?? ''}`;

/** @throws Error for a sign that no face has: `missingSigns(variableText(...))` must be empty */
export async function printCertificate(faces: Faces, printed: Printed): Promise<Buffer> {
  const { statement } = printed;
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    compress: false,
    pdfVersion: '1.7',
    lang: 'zh-CN',
    displayTitle: true,
    // No face of pdfkit's own.
    font: '',
    info: {
      Title: `继续教育完成证书 ${statement.number}`,
      Author: ISSUER,
      Subject: `${statement.year}年度专业技术人员继续教育`,
      Creator: '学时',
      Producer: '学时',
      CreationDate: new Date(`${statement.issuedOn}T00:00:00Z`),
    },
  });
  const bytes = collect(doc);
  bringFaces(doc, faces);
  const pen: Pen = { canvas: doc, faces };
  drawFrame(doc);
  drawTitle(pen, statement);
  const tableAt = drawBody(pen, statement);
  drawTable(doc, pen, statement, tableAt);
  drawIssue(pen, statement);
  drawVerification(doc, pen, printed);
  doc.end();
  return bytes;
}

const collect = (doc: PDFKit.PDFDocument): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => {
      resolve(Buffer.concat(chunks));
    });
    doc.on('error', reject);
  });

function drawFrame(doc: PDFKit.PDFDocument): void {
  const inset = (by: number): [number, number, number, number] => [by, by, PAGE.width - 2 * by, PAGE.height - 2 * by];
  doc
    .lineWidth(3)
    .strokeColor(RED)
    .rect(...inset(30))
    .stroke();
  doc
    .lineWidth(0.8)
    .strokeColor(GOLD)
    .rect(...inset(37))
    .stroke();
  for (const x of [37, PAGE.width - 37]) {
    for (const y of [37, PAGE.height - 37]) {
      for (const [size, colour] of [
        [9, GOLD],
        [4.5, RED],
      ] as const) {
        doc
          .save()
          .rotate(45, { origin: [x, y] })
          .rect(x - size / 2, y - size / 2, size, size)
          .fill(colour)
          .restore();
      }
    }
  }
}

function drawTitle(pen: Pen, { number }: Statement): void {
  const centre = { x: 0, width: PAGE.width, align: 'centre' } as const;
  drawLine(pen, '湖北省专业技术人员', { size: 20, weight: 'bold', spacing: 6, colour: RED }, { ...centre, y: 106 });
  drawLine(pen, '继续教育完成证书', { size: 36, weight: 'bold', spacing: 10, colour: RED }, { ...centre, y: 156 });
  drawLine(pen, `证书编号：${number}`, { size: 10.5, colour: GREY }, { x: LEFT, width: WIDTH, align: 'right', y: 198 });
}

const BODY = { size: 15, leading: 28 };
const NAME_SIZE = 24;
const SMALL = { size: 11, leading: 19 };

/** @returns where the table begins */
function drawBody(pen: Pen, statement: Statement): number {
  const { name, idNumberMasked, employerName } = statement;
  const place = { x: LEFT, width: WIDTH };
  // A name of many signs is set smaller rather than broken.
  const size = Math.min(NAME_SIZE, WIDTH / (Array.from(name).length * 1.13));
  drawLine(pen, name, { size, spacing: size / 8 }, { ...place, y: 238 });
  const identity = drawParagraph(pen, `身份证件号码：${idNumberMasked}`, SMALL, { ...place, y: 262 });
  const unit =
    employerName === null
      ? identity
      : drawParagraph(pen, `工作单位：${employerName}`, SMALL, { ...place, y: identity });
  const indented = { ...place, indent: 2 * BODY.size };
  const after = drawParagraph(pen, sentenceOf(statement), BODY, { ...indented, y: unit + 16 });
  return drawParagraph(pen, '特发此证。', BODY, { ...indented, y: after }) - 8;
}

function sentenceOf(statement: Statement): string {
  const { year, basis } = statement;
  const began = `参加${year}年度专业技术人员继续教育，经湖北省专业技术人员继续教育公共服务平台认定，`;
  const hours = hoursOf(statement);
  const by = citations(basis.filter((provision) => provision !== '16'));
  switch (statement.verdict) {
    case 'qualified':
      return `${began}共完成${hours}，符合${MEASURES}${by}规定的年度学时要求。`;
    case 'deemed-complete': {
      const also = statement.totalHundredths > 0 ? `（本年度另计入${hours}）` : '';
      return `${began}符合${MEASURES}${by}的规定，视为完成当年度继续教育学时${also}。`;
    }
  }
}

const hoursOf = (hours: Pick<Statement, 'publicHundredths' | 'professionalHundredths' | 'totalHundredths'>): string =>
  `${formatHundredths(hours.totalHundredths)}学时，其中${SUBJECTS.public}${formatHundredths(hours.publicHundredths)}学时、${SUBJECTS.professional}${formatHundredths(hours.professionalHundredths)}学时`;

const TABLE_ENDS = 632;
const COLUMNS = [WIDTH - 3 * 66, 66, 66, 66] as const;

/** Hours by form and subject. */
function drawTable(doc: PDFKit.PDFDocument, pen: Pen, statement: Statement, top: number): void {
  const rows = rowsOf(statement);
  // All nine forms still fit.
  const height = Math.min(21, (TABLE_ENDS - top) / rows.length);
  doc.rect(LEFT, top, WIDTH, height).fill('#f6efe2');
  rows.forEach((cells, row) => {
    const y = top + row * height;
    let x = LEFT;
    cells.forEach((cell, column) => {
      const width = COLUMNS[column] ?? 0;
      const isHead = row === 0 || row === rows.length - 1;
      const style = { size: 10, weight: isHead ? ('bold' as const) : ('regular' as const) };
      const align = column === 0 ? 'left' : 'centre';
      drawLine(pen, cell, style, { x: x + (column === 0 ? 8 : 0), width, y: y + height / 2 + 3.9, align });
      x += width;
    });
  });
  doc.lineWidth(0.5).strokeColor(GOLD);
  for (let row = 0; row <= rows.length; row += 1)
    doc
      .moveTo(LEFT, top + row * height)
      .lineTo(LEFT + WIDTH, top + row * height)
      .stroke();
  let x = LEFT;
  for (const width of [0, ...COLUMNS]) {
    x += width;
    doc
      .moveTo(x, top)
      .lineTo(x, top + rows.length * height)
      .stroke();
  }
}

function rowsOf(statement: Statement): string[][] {
  const cells = (hours: { publicHundredths: number; professionalHundredths: number }): string[] => [
    formatHundredths(hours.publicHundredths),
    formatHundredths(hours.professionalHundredths),
    formatHundredths(hours.publicHundredths + hours.professionalHundredths),
  ];
  return [
    ['继续教育形式', SUBJECTS.public, SUBJECTS.professional, '合计（学时）'],
    ...statement.forms.map((form) => [
      `${FORMS[form.form]}（${citations(FORM_BASIS[form.form].slice(0, 1))}）`,
      ...(form.deemed ? ['—', '—', '视为完成'] : cells(form)),
    ]),
    ['合　计', ...cells(statement)],
  ];
}

function drawIssue(pen: Pen, { issuedOn }: Statement): void {
  const right = { x: LEFT, width: WIDTH - 8, align: 'right' } as const;
  drawLine(pen, ISSUER, { size: 14, spacing: 1 }, { ...right, y: 688 });
  drawLine(pen, dateInWords(issuedOn), { size: 13 }, { ...right, y: 714 });
}

function dateInWords(day: string): string {
  const [year, month, date] = day.split('-').map(Number);
  return `${year}年${month}月${date}日`;
}

const QR = { x: LEFT, y: 644, size: 92 };

function drawVerification(doc: PDFKit.PDFDocument, pen: Pen, { code, verifyUrl }: Printed): void {
  const { modules } = QRCode.create(verifyUrl, { errorCorrectionLevel: 'M' });
  const side = QR.size / modules.size;
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column)) doc.rect(QR.x + column * side, QR.y + row * side, side, side);
    }
  }
  doc.fill('#000000');
  const small = { size: 8, colour: GREY, leading: 12 };
  const at = { x: LEFT, width: WIDTH };
  drawLine(pen, `验证码：${groupedCode(code)}`, { size: 9.5 }, { ...at, y: 751 });
  const where = verifyUrl.replace(/\/[^/]*$/, '');
  const how = `扫描二维码，或打开 ${where} 输入验证码，可查验本证书是否有效。学时变更后，原证书失效。`;
  const after = drawParagraph(pen, how, small, { ...at, y: 766 });
  drawParagraph(pen, `依据${MEASURES}${citations(['16'])}，电子证书与纸质证书具有同等效力。`, small, {
    ...at,
    y: after,
  });
}
