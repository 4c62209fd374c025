import { useState, type ReactNode } from 'react';
import { DataTable, type Column } from '@/components/DataTable';
import { Select } from '@/components/Field';
import { useText } from '@/i18n';
import { requestsOf, stagesOf, type Look, type Over, type StageFigures } from './figures';
import { Section } from './Section';

const routes = [
  { method: 'POST', route: '/v1/search' },
  { method: 'POST', route: '/v1/answers' },
  { method: 'POST', route: '/v1/collections/{name}/documents' },
  { method: 'GET', route: '/v1/collections/{name}/documents' },
] as const;

/** The stages in the order in which they run; each is named as in the documentation, which the words explain. */
const stages = [
  'parse', 'snapshot', 'load_snapshot', 'open_segment', 'lexical', 'embed', 'dense', 'fuse', 'scores', 'read', 'evidence', 'generate', 'verify',
  'store', 'register', 'open', 'extract', 'detect', 'chunk', 'index', 'commit',
] as const;
const ingestOrder = ['store', 'register', 'open', 'extract', 'detect', 'chunk', 'embed', 'index', 'commit'];

function inOrder(figures: StageFigures[], order: readonly string[]): StageFigures[] {
  const place = ({ stage }: StageFigures) => (order.includes(stage) ? order.indexOf(stage) : order.length);
  return figures.sort((a, b) => place(a) - place(b));
}

function StageName({ stage, ofChunks = false }: { stage: string; ofChunks?: boolean }) {
  const { t } = useText();
  const known = stages.find((name) => name === stage);
  return (
    <>
      {known && (ofChunks && known === 'embed' ? t('system.latency.stages.embedChunks') : t(`system.latency.stages.${known}`))}{' '}
      <span className="font-mono text-sm whitespace-nowrap text-quiet">{stage}</span>
    </>
  );
}

function useRouteName(): (route: string) => string {
  const { t } = useText();
  return (route) =>
    route === '/v1/search' ? t('system.latency.routes.search') : route === '/v1/answers' ? t('system.latency.routes.answers') : route;
}

function Table({ caption, heading, figures, nameOf }: { caption: string; heading: string; figures: StageFigures[]; nameOf: (stage: string) => ReactNode }) {
  const { t, format } = useText();
  const time = (name: 'p50' | 'p95' | 'p99'): Column<StageFigures> => ({
    name,
    label: t(`system.latency.${name}`),
    numeric: true,
    cell: (row) => (row[name] === null ? '–' : format.duration(row[name])),
    className: 'md:whitespace-nowrap',
  });
  const columns: Column<StageFigures>[] = [
    { name: 'stage', label: heading, heading: true, cell: (row) => nameOf(row.stage), className: 'md:w-full font-normal' },
    { name: 'count', label: t('system.latency.runs'), numeric: true, cell: (row) => format.number(row.count) },
    time('p50'),
    time('p95'),
    time('p99'),
    { name: 'total', label: t('system.latency.total'), numeric: true, cell: (row) => format.duration(row.totalMs), className: 'md:whitespace-nowrap' },
  ];
  return (
    <div>
      <h3 className="font-medium">{caption}</h3>
      {figures.length === 0 ? <p className="py-2 text-quiet">{t('system.latency.none')}</p> : <DataTable caption={caption} columns={columns} rows={figures} keyOf={(row) => row.stage} />}
    </div>
  );
}

/** How long requests and their stages take. */
export function Latency({ looks }: { looks: readonly Look[] }) {
  const { t } = useText();
  const [over, setOver] = useState<Over>('start');
  const routeName = useRouteName();
  const uploads = (row: StageFigures, i: number) => ({ ...row, stage: i === 0 ? t('system.latency.routes.upload') : t('system.latency.routes.documents') });
  const whole = [
    ...requestsOf(looks, over, routes.slice(0, 2)),
    ...requestsOf(looks, over, routes.slice(2, 3)).map((row) => uploads(row, 0)),
    ...requestsOf(looks, over, routes.slice(3)).map((row) => uploads(row, 1)),
  ];
  const choice = (
    <Select label={t('system.latency.over')} hideLabel value={over} onChange={(event) => setOver(event.target.value as Over)}>
      <option value="start">{t('system.latency.overs.start')}</option>
      <option value="minutes">{t('system.latency.overs.minutes')}</option>
    </Select>
  );
  return (
    <Section title={t('system.latency.title')} text={over === 'minutes' ? t('system.latency.minutesHint') : t('system.latency.about')} actions={choice}>
      <div className="flex flex-col gap-5">
        <Table caption={t('system.latency.requests')} heading={t('system.latency.request')} figures={whole} nameOf={routeName} />
        <Table caption={t('system.latency.query')} heading={t('system.latency.what')} figures={inOrder(stagesOf(looks, over, 'query'), stages)} nameOf={(stage) => <StageName stage={stage} />} />
        <Table caption={t('system.latency.ingest')} heading={t('system.latency.what')} figures={inOrder(stagesOf(looks, over, 'ingest'), ingestOrder)} nameOf={(stage) => <StageName stage={stage} ofChunks />} />
      </div>
    </Section>
  );
}
