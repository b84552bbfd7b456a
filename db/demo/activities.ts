import type { Declared } from '../../contract/declarations.ts';
import type { Day, Declaration, TrainingDay } from '../../rules/activity.ts';
import { addDays } from '../../rules/calendar.ts';
import type { Form, Organiser, Subject } from '../../rules/vocabulary.ts';
import { coursewareOf, documentsOf } from './catalogues.ts';
import type { Industry } from './industries.ts';
import type { Random } from './random.ts';
import { type Flavour, flavourOf } from './topics.ts';

/** What a declaration is invented from. */
export interface Occasion {
  form: DeclaredForm;
  industry: Industry;
  employerName: string;
  /** The city's name, for places and organisers. */
  cityName: string;
  /** The industry authority that could have organised it, if any. */
  authorityName: string | null;
  /** The (first) day. */
  on: Day;
}

/** The forms people declare; courses on the platform register themselves. */
export type DeclaredForm = Exclude<Form, 'platform-course'>;

/** How often each form is declared. */
export const FORM_WEIGHTS: readonly (readonly [DeclaredForm, number])[] = [
  ['authority-training', 38],
  ['unit-training', 22],
  ['academic-conference', 16],
  ['authority-recognised', 14],
  ['qualification-exam', 4],
  ['degree', 3],
  ['courseware-lecturing', 2],
  ['aid-mission', 1],
];

/** A plausible declaration that the rules accept; whether the reviewers believe it is another matter. */
export function inventDeclaration(random: Random, occasion: Occasion): Declared {
  return INVENTORS[occasion.form](random, occasion, flavourOf(occasion.industry.code));
}

type Inventor = (random: Random, occasion: Occasion, flavour: Flavour) => Declared;

const INVENTORS: Readonly<Record<DeclaredForm, Inventor>> = {
  'authority-training': authorityTraining,
  'unit-training': unitTraining,
  'academic-conference': conference,
  'courseware-lecturing': lecturing,
  'qualification-exam': exam,
  degree,
  'aid-mission': aidMission,
  'authority-recognised': recognised,
};

/** A submitted declaration as the rules judge it: each has evidence, and with it the proof. */
export function withProof(declared: Declared): Declaration {
  if (declared.form === 'authority-training') return { ...declared, proof: true };
  if (declared.form === 'unit-training') return { ...declared, proof: true };
  return declared;
}

function trainingDays(random: Random, on: Day, count: number, subjects: readonly Subject[]): TrainingDay[] {
  return Array.from({ length: count }, (_, index): TrainingDay => {
    const subject = subjects[index % subjects.length] ?? 'professional';
    const day = { on: addDays(on, index), subject };
    return random.chance(0.15)
      ? { ...day, minutes: random.pick([180, 270, 360]) }
      : { ...day, hundredths: random.pick([400, 600, 700, 800]) };
  });
}

function certificate(random: Random, prefix: string): string {
  return `${prefix}2026${String(random.int(1, 99_999)).padStart(5, '0')}`;
}

function authorityTraining(random: Random, occasion: Occasion, flavour: Flavour): Declared {
  const { authorityName, cityName, industry, on } = occasion;
  const organisers: (readonly [Organiser, string])[] = [
    ['hrss', `${cityName}人力资源和社会保障局`],
    ['hrss', '湖北省人力资源和社会保障厅'],
    ['organisation-department', `中共${cityName}委组织部`],
  ];
  if (authorityName !== null)
    organisers.push(['industry-authority', authorityName], ['industry-authority', authorityName]);
  if (industry.province !== undefined) organisers.push(['industry-authority', industry.province]);
  const [organiser, organiserName] = random.pick(organisers);
  const mixed = random.chance(0.35);
  return {
    form: 'authority-training',
    organiser,
    mode: 'offline',
    days: trainingDays(
      random,
      on,
      random.int(1, 5),
      mixed ? ['professional', 'professional', 'public'] : ['professional'],
    ),
    title: `2026年${random.pick(flavour.topics)}${random.pick(['培训班', '研修班', '高级研修班', '进修班'])}`,
    organiserName,
    place: random.pick([cityName, '武汉市', '宜昌市', '襄阳市']),
    certificateNumber: certificate(random, '鄂继教培'),
  };
}

function unitTraining(random: Random, occasion: Occasion, flavour: Flavour): Declared {
  return {
    form: 'unit-training',
    organiser: 'own-employer',
    mode: 'offline',
    days: trainingDays(random, occasion.on, random.int(1, 2), ['professional']),
    title: `${random.pick(flavour.topics)}专业能力提升培训`,
    organiserName: occasion.employerName,
    place: occasion.cityName,
  };
}

function conference(random: Random, occasion: Occasion, flavour: Flavour): Declared {
  const level = random.weighted([
    ['provincial', 6],
    ['national', 4],
    ['international', 1],
  ] as const);
  const topic = random.pick(flavour.topics);
  const society = level === 'provincial' ? flavour.provincialSociety : flavour.nationalSociety;
  const name = level === 'international' ? `2026年${topic}国际学术会议` : `${society}2026年${topic}学术年会`;
  const presentedPaper = random.chance(0.3);
  return {
    form: 'academic-conference',
    on: occasion.on,
    level,
    ownField: true,
    presentedPaper,
    title: name,
    organiserName: society,
    place:
      level === 'provincial' ? '武汉市' : random.pick(['北京市', '上海市', '广州市', '成都市', '武汉市', '西安市']),
    ...(presentedPaper ? { paperTitle: `${topic}的实践与思考——以${occasion.cityName}为例` } : {}),
  };
}

function lecturing(random: Random, occasion: Occasion): Declared {
  const { code, title, hundredths, entered_on: on } = coursewareOf(occasion.on, random.int(1, 50));
  return {
    form: 'courseware-lecturing',
    on,
    courseware: code,
    inCatalogue: true,
    coursewareHundredths: hundredths,
    title,
    organiserName: '湖北省人力资源和社会保障厅',
  };
}

function exam(random: Random, occasion: Occasion, flavour: Flavour): Declared {
  return {
    form: 'qualification-exam',
    on: occasion.on,
    ownProfession: true,
    passed: true,
    title: random.pick(flavour.exams),
    organiserName: '湖北省人事考试院',
    certificateNumber: certificate(random, '鄂资'),
  };
}

function degree(random: Random, occasion: Occasion, flavour: Flavour): Declared {
  const level = random.weighted([
    ['bachelor', 4],
    ['master', 5],
    ['doctor', 1],
  ] as const);
  const school = random.pick([
    '武汉大学',
    '华中科技大学',
    '三峡大学',
    '长江大学',
    '湖北大学',
    '武汉理工大学',
    '华中农业大学',
  ]);
  const label = { bachelor: '本科', master: '硕士研究生', doctor: '博士研究生' }[level];
  return {
    form: 'degree',
    on: occasion.on,
    level,
    recognised: true,
    title: `${school}${flavour.major}专业${label}学历（学位）`,
    organiserName: school,
    certificateNumber: certificate(random, '10'),
  };
}

function aidMission(random: Random): Declared {
  const region = random.weighted([
    ['tibet', 4],
    ['xinjiang', 4],
    ['foreign', 2],
  ] as const);
  const title = {
    tibet: '湖北省援藏工作队（山南市）',
    xinjiang: '湖北省援疆工作前方指挥部（博州）',
    foreign: '中国（湖北）援阿尔及利亚医疗队',
  };
  return {
    form: 'aid-mission',
    year: 2026,
    region,
    assessment: random.weighted([
      ['qualified', 4],
      ['excellent', 1],
    ] as const),
    title: title[region],
    organiserName: '中共湖北省委组织部',
  };
}

function recognised(random: Random, occasion: Occasion, flavour: Flavour): Declared {
  const [programme, ...others] = documentsOf(occasion.industry);
  const credits = random.chance(occasion.industry.code === 'health' ? 0.8 : 0.2);
  const chosen = (credits ? programme : undefined) ?? random.pick(others);
  return {
    form: 'authority-recognised',
    on: occasion.on,
    subject: chosen.subject,
    documentId: chosen.id,
    document: { number: chosen.number, level: chosen.level, on: chosen.issued_on },
    ...(chosen.ratio_hundredths === null
      ? { hundredths: random.pick([400, 600, 800, 1200, 1600]) }
      : { creditsHundredths: random.pick([200, 300, 500, 1000]), ratioHundredths: chosen.ratio_hundredths }),
    title: `${random.pick(flavour.topics)}${credits ? '继续教育学分项目' : '网络专题班'}`,
    organiserName: occasion.industry.province ?? '湖北省人力资源和社会保障厅',
    certificateNumber: certificate(random, '鄂认'),
  };
}
