import fc from 'fast-check';
import { z } from 'zod';
import { day } from '../../contract/values.ts';

/**
 * Values made from the contract's own shapes: such as a route takes, the same with one part damaged, and whatever else can be sent. What a
 * shape checks by a function of its own (`refine`) is not known here, so a valid value is one of the right form.
 */

/** What exists: ids for a form's uuid, and words (codes, names, days) that stand in wherever a shape lets them. */
export type Known = { uuids: readonly string[]; words: readonly string[] };

type Shape = {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Shape[];
  oneOf?: Shape[];
  allOf?: Shape[];
  properties?: Record<string, Shape>;
  required?: string[];
  items?: Shape;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  maxItems?: number;
};

/** Values of the shape's form. */
export const fitting = (shape: z.ZodType, known: Known): fc.Arbitrary<unknown> => of(plainOf(shape), known);

const plain = new WeakMap<z.ZodType, Shape>();
function plainOf(shape: z.ZodType): Shape {
  const known =
    plain.get(shape) ??
    (z.toJSONSchema(shape, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        if (zodSchema === day) jsonSchema.format = 'legal-day';
      },
    }) as Shape);
  plain.set(shape, known);
  return known;
}

function of(shape: Shape, known: Known): fc.Arbitrary<unknown> {
  if ('const' in shape) return fc.constant(shape.const);
  if (shape.enum) return fc.constantFrom(...shape.enum);
  const either = shape.anyOf ?? shape.oneOf;
  if (either) return fc.oneof(...either.map((one) => of(one, known)));
  if (shape.allOf)
    return fc.tuple(...shape.allOf.map((one) => of(one, known))).map((parts) => Object.assign({}, ...parts));
  const ofType: Record<string, () => fc.Arbitrary<unknown>> = {
    object: () => objectOf(shape, known),
    array: () =>
      fc.array(of(shape.items ?? {}, known), {
        minLength: shape.minItems ?? 0,
        maxLength: Math.min(shape.maxItems ?? 3, Math.max(3, shape.minItems ?? 0)),
      }),
    string: () => stringOf(shape, known),
    number: () => numberOf(shape),
    integer: () => numberOf(shape),
    boolean: () => fc.boolean(),
    null: () => fc.constant(null),
  };
  return ofType[String(shape.type)]?.() ?? NASTY;
}

function objectOf({ properties = {}, required = [] }: Shape, known: Known): fc.Arbitrary<unknown> {
  const model = Object.fromEntries(Object.entries(properties).map(([key, shape]) => [key, of(shape, known)]));
  return fc.record(model, { requiredKeys: required.filter((key) => key in model) });
}

function stringOf({ format, pattern, minLength = 0, maxLength = 300 }: Shape, known: Known): fc.Arbitrary<string> {
  if (format === 'uuid') return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...known.uuids) }, fc.uuid());
  if (format === 'legal-day') return DAYS;
  if (format === 'date-time') return fc.date({ min: new Date(0), noInvalidDate: true }).map((at) => at.toISOString());
  if (format === 'email') return fc.emailAddress();
  const sign = pattern === undefined ? null : new RegExp(pattern, 'u');
  const words = known.words.filter(
    (word) => (sign?.test(word) ?? true) && word.length >= minLength && word.length <= maxLength,
  );
  const any =
    sign === null
      ? fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 40) })
      : matching(sign);
  return words.length === 0 ? any : fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...words) }, any);
}

const made = new Map<string, fc.Arbitrary<string>>();
function matching(sign: RegExp): fc.Arbitrary<string> {
  const before = made.get(sign.source);
  if (before) return before;
  const one = generator(sign);
  made.set(sign.source, one);
  return one;
}

function generator(sign: RegExp): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(sign);
  } catch {
    // It knows no look-ahead and no classes of signs.
    return fc.string();
  }
}

function numberOf(shape: Shape): fc.Arbitrary<number> {
  const least = Math.ceil(
    shape.minimum ?? (shape.exclusiveMinimum === undefined ? -1_000 : shape.exclusiveMinimum + 1),
  );
  const most = Math.floor(shape.maximum ?? (shape.exclusiveMaximum === undefined ? 1e9 : shape.exclusiveMaximum - 1));
  const min = Math.max(least, Number.MIN_SAFE_INTEGER);
  const max = Math.max(min, Math.min(most, Number.MAX_SAFE_INTEGER));
  const usual = [min, max, 1, 2, 2026, 2027].filter((n) => n >= min && n <= max);
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...usual) }, fc.integer({ min, max }));
}

const DAYS = fc.oneof(
  fc.constantFrom(
    '2026-09-12',
    '2026-11-23',
    '2026-12-31',
    '2027-03-31',
    '2027-06-30',
    '2028-02-29',
    '2000-01-01',
    '2200-12-31',
  ),
  fc
    .date({ min: new Date('2025-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
    .map((at) => at.toISOString().slice(0, 10)),
);

const deep = (levels: number): unknown => {
  let value: unknown = 'x';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

/** What somebody means ill with, or a broken client sends. */
const NASTY_VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    [],
    {},
    [null],
    [[]],
    [{}],
    0,
    -1,
    -0,
    1.5,
    0.001,
    1e21,
    -1e300,
    5e-324,
    2 ** 31,
    2 ** 53,
    2 ** 63,
  ],
  ...[
    '',
    ' ',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '好\udc00',
    '\u202e反',
    '\ufeff',
    '\u2028',
    '\n\r\t',
    '😀'.repeat(60),
    'ﷺ'.repeat(50),
  ],
  ...[
    '字'.repeat(200),
    '字'.repeat(5_000),
    'a'.repeat(70_000),
    "'; drop table person; --",
    '%',
    '%_\\',
    '\\',
    '\\x00',
    '{}',
    '[1',
    '{{x}}',
  ],
  ...[
    'null',
    'undefined',
    'NaN',
    'Infinity',
    '-Infinity',
    'true',
    '0x10',
    '1e3',
    '１２',
    '٣',
    '../../etc/passwd',
    'https://例.中国',
    '<b>',
    '-',
  ],
  ...[
    '2026-02-30',
    '2026-13-01',
    '2026-00-10',
    '0000-00-00',
    '9999-12-31',
    '+275760-09-13',
    '-000001-01-01',
    '2026-9-1',
    '2026-09-12T00:00:00Z',
  ],
  ...[
    'infinity',
    'now',
    'epoch',
    '2026-02-30T25:61:00.000Z',
    '0001-01-01T00:00:00Z',
    '294277-01-01T00:00:00Z',
    '24:00',
    '420500',
    '999999',
  ],
  ...[
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '{00000000-0000-4000-8000-000000000000}',
  ],
  ...[
    'hrss-420000',
    'emp-city',
    'emp-nowhere',
    'claim',
    'administrator',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
  ],
  JSON.parse('{"__proto__": {"role": "administrator"}}'),
  { constructor: { prototype: { admin: true } } },
  { $ne: null },
  { toString: 'x', length: -1 },
  deep(60),
  Array.from({ length: 3_000 }, () => 'x'),
  Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`k${String(n)}`, n])),
];
export const NASTY: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...NASTY_VALUES) },
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.double(),
  fc.uuid(),
);

/** A value with one of its parts replaced, taken out, doubled or put in besides; a value without parts is replaced. */
export const damaged = (values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .record({
      value: values,
      at: fc.nat(),
      how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'wrap', 'add'),
      nasty: NASTY,
      key: fc.constantFrom('x', '__proto__', 'constructor', 'id', 'personId', ' ', '\u0000', '字'),
    })
    .map(({ value, at, how, nasty, key }) => {
      const whole: Holder = { whole: structuredClone(value) };
      const parts = partsOf(whole);
      const [holder, place] = parts[at % parts.length] ?? [whole, 'whole'];
      const part: unknown = holder[place];
      if (how === 'remove') delete holder[place];
      else if (how === 'wrap') holder[place] = [part, part];
      else if (how === 'add' && isHolder(part))
        Object.defineProperty(part, key, { value: nasty, enumerable: true, configurable: true });
      else holder[place] = nasty;
      return whole['whole'];
    });

type Holder = Record<string, unknown>;
const isHolder = (value: unknown): value is Holder => typeof value === 'object' && value !== null;

/** Every part of a value by what holds it and where. */
function partsOf(holder: Holder): [Holder, string][] {
  return Object.keys(holder).flatMap((place): [Holder, string][] => {
    const part = holder[place];
    return [[holder, place], ...(isHolder(part) ? partsOf(part) : [])];
  });
}
