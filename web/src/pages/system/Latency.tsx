import { useState, type ReactNode } from 'react';
import { DataTable, type Column } from '@/components/DataTable';
import { Select } from '@/components/Field';
import { useText } from '@/i18n';
import { requestsOf, stagesOf, type Look, type Over, type StageFigures } from './figures';
import { Section } from './Section';

const routes = [
  { name: 'search', method: 'POST', route: '/v1/search' },
  { name: 'answers', method: 'POST', route: '/v1/answers' },
  { name: 'upload', method: 'POST', route: '/v1/collections/{name}/documents' },
  { name: 'documents', method: 'GET', route: '/v1/collections/{name}/documents' },
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

function Table<Stage extends string>({ caption, heading, figures, nameOf }: { caption: string; heading: string; figures: StageFigures<Stage>[]; nameOf: (stage: Stage) => ReactNode }) {
  const { t, format } = useText();
  const time = (name: 'p50' | 'p95' | 'p99'): Column<StageFigures<Stage>> => ({
    name,
    label: t(`system.latency.${name}`),
    numeric: true,
    cell: (row) => (row[name] === null ? '–' : format.duration(row[name])),
    className: 'md:whitespace-nowrap',
  });
  const columns: Column<StageFigures<Stage>>[] = [
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
  const choice = (
    <Select label={t('system.latency.over')} hideLabel value={over} onChange={(event) => setOver(event.target.value as Over)}>
      <option value="start">{t('system.latency.overs.start')}</option>
      <option value="minutes">{t('system.latency.overs.minutes')}</option>
    </Select>
  );
  return (
    <Section title={t('system.latency.title')} text={over === 'minutes' ? t('system.latency.minutesHint') : t('system.latency.about')} actions={choice}>
      <div className="flex flex-col gap-5">
        <Table caption={t('system.latency.requests')} heading={t('system.latency.request')} figures={requestsOf(looks, over, routes)} nameOf={(name) => t(`system.latency.routes.${name}`)} />
        <Table caption={t('system.latency.query')} heading={t('system.latency.what')} figures={inOrder(stagesOf(looks, over, 'query'), stages)} nameOf={(stage) => <StageName stage={stage} />} />
        <Table caption={t('system.latency.ingest')} heading={t('system.latency.what')} figures={inOrder(stagesOf(looks, over, 'ingest'), ingestOrder)} nameOf={(stage) => <StageName stage={stage} ofChunks />} />
      </div>
    </Section>
  );
}
