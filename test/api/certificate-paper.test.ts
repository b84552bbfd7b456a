import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createCanvas, DOMMatrix, ImageData, loadImage, Path2D } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { type Faces, missingSigns, openFaces } from '../../api/certificate/faces.ts';
import { type Printed, printCertificate } from '../../api/certificate/paper.ts';
import { FORM_BASIS } from '../../rules/recognition.ts';
import type { Form } from '../../rules/vocabulary.ts';

/** The certificate as paper: its bytes, its signs, and the picture somebody sees. */

const faces = openFaces();
const PICTURES = path.join(import.meta.dirname, 'certificate-pictures');

const qualified: Printed = {
  code: '0123456789ABCDEFGHJK',
  verifyUrl: 'https://xueshi.test/verify/0123456789ABCDEFGHJK',
  statement: {
    paper: 'unified-1',
    number: '2026-420500-00000123',
    year: 2026,
    name: '𠮷㛃䶮龘',
    idNumberMasked: '420***********1234',
    employerName: '宜昌市第一人民医院（三峡大学人民医院）',
    verdict: 'qualified',
    publicHundredths: 3200,
    professionalHundredths: 6850,
    totalHundredths: 10050,
    forms: [
      { form: 'authority-training', publicHundredths: 800, professionalHundredths: 1600, deemed: false },
      { form: 'platform-course', publicHundredths: 2400, professionalHundredths: 4050, deemed: false },
      { form: 'academic-conference', publicHundredths: 0, professionalHundredths: 1200, deemed: false },
    ],
    issuedOn: '2026-12-01',
    basis: ['16', '4'],
  },
};
const named = (name: string): Printed => ({ ...qualified, statement: { ...qualified.statement, name } });

/** Everything that can be long: the name, the unit, all nine forms, and a year deemed complete. */
const longest: Printed = {
  ...qualified,
  statement: {
    ...qualified.statement,
    name: '阿卜杜热合曼·麦麦提图尔荪·买买提艾力·阿卜力米提',
    employerName:
      '湖北省宜昌市三峡大学附属仁和医院（三峡大学第二临床医学院、宜昌市中西医结合医院、宜昌市重症医学质量控制中心）',
    verdict: 'deemed-complete',
    forms: (Object.keys(FORM_BASIS) as Form[]).map((form) => ({
      form,
      publicHundredths: 125,
      professionalHundredths: 1050,
      deemed: form === 'degree' || form === 'aid-mission',
    })),
    basis: ['16', '11(6)', '11(7)'],
  },
};

describe('bytes', () => {
  test('the same statement gives the same bytes, twice, at any time and in another process', async () => {
    const one = await printCertificate(faces, qualified);
    expect((await printCertificate(openFaces(), qualified)).equals(one)).toBe(true);
    const script = `
      import { openFaces } from './api/certificate/faces.ts';
      import { printCertificate } from './api/certificate/paper.ts';
      process.stdout.write(await printCertificate(openFaces(), ${JSON.stringify(qualified)}));`;
    const other = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      maxBuffer: 10_000_000,
      env: { ...process.env, TZ: 'America/New_York', LANG: 'C' },
    });
    expect(sha256(other)).toBe(sha256(one));
  });

  test('another name, code or day are other bytes', async () => {
    const one = sha256(await printCertificate(faces, qualified));
    const others = [
      named('𠮷㛃䶮龙'),
      { ...qualified, code: 'K123456789ABCDEFGHJK' },
      { ...qualified, statement: { ...qualified.statement, issuedOn: '2026-12-02' } },
    ];
    for (const other of others) expect(sha256(await printCertificate(faces, other))).not.toBe(one);
  });
});

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

describe('signs', () => {
  test('rare characters of names are there: of extension A and B, of 2020’s list, and the middle dot', () => {
    expect(missingSigns(faces, '𠮷㛃䶮龘𬭎𫖯鿏𬌗·—（）《》“”，。：；、')).toEqual([]);
  });

  test('what no face has is named, once each: a rare sign, a private one, a mark, a control, half a pair', () => {
    expect(missingSigns(faces, '张𠀀𠀀\uE863e\u0324\n\uD842')).toEqual([
      'U+20000',
      'U+E863',
      'U+0324',
      'U+000A',
      'U+D842',
    ]);
  });

  test('a certificate with a missing sign is not printed', async () => {
    await expect(printCertificate(faces, named('张𠀀'))).rejects.toThrow('a sign that no face has');
  });

  test('text can be taken out again, also the rare signs', async () => {
    const text = (await textOf(await printCertificate(faces, qualified))).replaceAll(/\s/g, '');
    expect(text).toContain('𠮷㛃䶮龘');
    expect(text).toContain('2026-420500-00000123');
    expect(text).toContain('共完成100.5学时，其中公需科目32学时、专业科目68.5学时');
  });
});

describe('the picture', () => {
  test.each([
    ['qualified', qualified],
    ['longest', longest],
  ] as const)('%s looks as it was approved', async (name, printed) => {
    const seen = await render(await printCertificate(faces, printed));
    expect(await unlike(name, seen)).toBeLessThanOrEqual(TOLERATED);
  });

  test('a box in place of one sign of the name would be seen', async () => {
    const boxed = await printCertificate(lying(faces), named('𠀀㛃䶮龘'));
    expect(await unlike('qualified', await render(boxed))).toBeGreaterThan(3 * TOLERATED);
  });

  test('so would a digit of the hours', async () => {
    const other = { ...qualified, statement: { ...qualified.statement, professionalHundredths: 6860 } };
    expect(await unlike('qualified', await render(await printCertificate(faces, other)))).toBeGreaterThan(TOLERATED);
  });
});

/** Faces that claim to have every sign, as a page without the check would have it: the sign comes out as a box. */
const lying = ({ regular, bold }: Faces): Faces => {
  const [first, ...rest] = regular;
  if (!first) throw new Error('no face');
  const { font } = first;
  const claims = new Proxy(font, {
    get: (target, key) => {
      if (key === 'hasGlyphForCodePoint') return () => true;
      if (key === 'glyphForCodePoint') return () => ({ id: 1, advanceWidth: target.unitsPerEm });
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { regular: [{ ...first, font: claims }, ...rest], bold };
};

/** Of some 540,000 pixels so many may differ: another processor may round an edge. */
const TOLERATED = 25;
const SCALE = 1.25;

async function open(pdf: Buffer) {
  // Else pdf.js loads the canvas a second time, whose paths this one does not know.
  Object.assign(globalThis, { DOMMatrix, ImageData, Path2D });
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const task = getDocument({ data: new Uint8Array(pdf), disableFontFace: true, verbosity: 0 });
  return { task, page: await (await task.promise).getPage(1) };
}

async function textOf(pdf: Buffer): Promise<string> {
  const { task, page } = await open(pdf);
  const { items } = await page.getTextContent();
  await task.destroy();
  return items.map((item) => ('str' in item ? item.str : '')).join('');
}

async function render(pdf: Buffer): Promise<Picture> {
  const { task, page } = await open(pdf);
  const viewport = page.getViewport({ scale: SCALE });
  const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  const context = canvas.getContext('2d');
  // pdf.js draws on any canvas that behaves as a browser's.
  await page.render({ canvas: null, canvasContext: context as never, viewport }).promise;
  await task.destroy();
  const { width, height } = canvas;
  return { width, height, pixels: context.getImageData(0, 0, width, height).data, png: canvas.toBuffer('image/png') };
}

type Picture = { width: number; height: number; pixels: Uint8ClampedArray; png: Buffer };

/** How many pixels differ clearly from the approved picture. To approve a new form: UPDATE_PICTURES=1, look at it, commit it. */
async function unlike(name: string, seen: Picture): Promise<number> {
  const file = path.join(PICTURES, `${name}.png`);
  if (process.env['UPDATE_PICTURES'] === '1' && !existsSync(file)) writeFileSync(file, seen.png);
  const image = await loadImage(readFileSync(file));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  expect([seen.width, seen.height]).toEqual([image.width, image.height]);
  const approved = context.getImageData(0, 0, image.width, image.height).data;
  let differing = 0;
  for (let at = 0; at < approved.length; at += 4) {
    const distance = [0, 1, 2].map((channel) =>
      Math.abs((approved[at + channel] ?? 0) - (seen.pixels[at + channel] ?? 0)),
    );
    if (Math.max(...distance) > 96) differing += 1;
  }
  return differing;
}
