import { DownloadOutlined } from '@ant-design/icons';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Dropdown, Select, TreeSelect } from 'antd';
import type { Choices, Overview } from '../../contract/statistics.ts';
import { LEVELS, type Level } from '../../rules/vocabulary.ts';
import { optionsOf } from '../declare/controls.tsx';
import { addressOf } from '../lib/address.ts';
import { inBackground } from '../lib/faults.ts';
import { call } from '../lib/http.ts';
import { keys } from '../lib/keys.ts';
import { AnyOf } from '../parts/AnyOf.tsx';
import type { StatisticsSearch } from '../search.ts';

type Asked = StatisticsSearch & { year: number };

/** Year, region, trade and level, of those the caller oversees. */
export function Selectors({ asked }: { asked: Asked }) {
  const navigate = useNavigate();
  const change = (part: Partial<StatisticsSearch>) => {
    const { employer: _, after: __, ...rest } = asked;
    inBackground(navigate({ to: '/statistics', search: { ...rest, ...part } }));
  };
  const { years = [], regions = [], industries = [] } = useChoices().data ?? {};
  return (
    <div className="row">
      <Select<number>
        aria-label="年度"
        value={asked.year}
        options={[...new Set([...years, asked.year])].map((value) => ({ value, label: `${value}年` }))}
        onChange={(year) => change({ year })}
        style={{ width: '7.1rem' }}
      />
      <TreeSelect<string | null>
        aria-label="地区"
        placeholder="全部地区"
        allowClear
        showSearch={{ treeNodeFilterProp: 'title' }}
        value={asked.region ?? null}
        treeData={treeOf(regions)}
        onChange={(region: string | null | undefined) => {
          change({ region: region ?? undefined, by: 'region' });
        }}
        popupMatchSelectWidth={240}
        style={{ width: '10.7rem' }}
      />
      <AnyOf
        label="行业"
        value={asked.industry}
        options={industries.map(({ code, name }) => ({ value: code, label: name }))}
        onChange={(industry) => change({ industry })}
        width={140}
        listWidth={200}
        isLong
      />
      <AnyOf<Level>
        label="层级"
        value={asked.level}
        options={optionsOf(LEVELS)}
        onChange={(level) => change({ level })}
        width={120}
      />
    </div>
  );
}

const useChoices = () =>
  useQuery({
    queryKey: keys.statistics('choices'),
    queryFn: () => call('statisticsChoices', {}),
    staleTime: 5 * 60_000,
  });

type Node = { value: string; title: string; children?: Node[] };

/** Cities with their counties; the province itself asks for everything and is left out. */
function treeOf(regions: Choices['regions']): Node[] {
  const node = ({ code, name }: Choices['regions'][number]): Node => ({ value: code, title: name });
  const cities = regions.filter(({ level }) => level === 'city');
  const known = new Set(cities.map(({ code }) => code));
  const lonely = regions.filter(({ level, parentCode }) => level === 'county' && !known.has(parentCode ?? ''));
  return [
    ...cities.map((city) => ({
      ...node(city),
      children: regions.filter(({ parentCode }) => parentCode === city.code).map(node),
    })),
    ...lonely.map(node),
  ];
}

/** What the numbers are narrowed to; each part leads back out. */
export function Narrowed({ overview, asked }: { overview: Overview; asked: Asked }) {
  if (overview.narrowedTo.length === 0) return null;
  const { by } = asked;
  return (
    <nav aria-label="当前范围" className="row narrowed">
      <Link to="/statistics" search={{ year: asked.year }}>
        全部范围
      </Link>
      {overview.narrowedTo.map((part) => (
        <span key={part.by}>
          › {part.label}{' '}
          <Link
            to="/statistics"
            search={{ ...asked, after: undefined, by: part.by === 'region' ? 'region' : by, [part.by]: undefined }}
            aria-label={`去掉${part.label}`}
          >
            ×
          </Link>
        </span>
      ))}
    </nav>
  );
}

/** The files: the table and the people of the page, and the yearly report. */
export function ExportMenu({ asked }: { asked: Asked }) {
  const { after: _, ...place } = asked;
  const file = (what: string, format: string, label: string) => ({
    key: `${what}-${format}`,
    label: (
      <a href={addressOf('statisticsExport', { query: { ...place, what, format } })} download>
        {label}
      </a>
    ),
  });
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          file('overview', 'xlsx', '本页统计表（Excel）'),
          file('overview', 'csv', '本页统计表（CSV）'),
          file('people', 'xlsx', '人员名单（Excel）'),
          file('people', 'csv', '人员名单（CSV）'),
          file('report', 'xlsx', '年度报表（上报，Excel）'),
          file('report', 'pdf', '年度报告（上报，PDF）'),
        ],
      }}
    >
      <Button icon={<DownloadOutlined />}>导出</Button>
    </Dropdown>
  );
}
