import { Link } from 'react-router';
import { Failure, Loading } from '@/components/states';
import { useText } from '@/i18n';
import { useSummary } from '@/pages/tasks/queries';
import { statuses } from '@/pages/tasks/types';
import { hitShare, rateOf, type Look } from './figures';
import { Latency } from './Latency';
import { lookEverySeconds, useLooks } from './looks';
import { Nodes } from './Nodes';
import { sumOf, type Metrics } from './prometheus';
import { Scaling } from './Scaling';
import { Figure, Section } from './Section';

const window = 60_000;
const rates = [
  ['requests', (metrics: Metrics) => sumOf(metrics, 'cairn_http_requests_total')],
  ['searches', (metrics: Metrics) => sumOf(metrics, 'cairn_http_requests_total', { route: '/v1/search' })],
  ['answers', (metrics: Metrics) => sumOf(metrics, 'cairn_answers_total')],
  ['documents', (metrics: Metrics) => sumOf(metrics, 'cairn_ingested_documents_total')],
  ['chunks', (metrics: Metrics) => sumOf(metrics, 'cairn_ingested_chunks_total')],
  ['tokens', (metrics: Metrics) => sumOf(metrics, 'cairn_ingested_tokens_total')],
] as const;

const gauges = [
  ['inFlight', 'cairn_http_requests_in_flight'],
  ['waiting', 'cairn_http_requests_waiting'],
  ['streams', 'cairn_event_streams'],
] as const;

function Rates({ looks }: { looks: readonly Look[] }) {
  const { t, format } = useText();
  const now = looks.at(-1);
  return (
    <Section title={t('system.rates.title')} text={t('system.rates.text')}>
      <dl className="grid gap-x-10 md:grid-cols-2">
        {rates.map(([name, read]) => {
          const rate = rateOf(looks, window, read);
          return (
            <Figure key={name} label={t(`system.rates.${name}`)}>
              {rate === null ? t('system.rates.measuring') : t('system.rates.perSecond', { rate: format.number(rate, rate < 10 ? 1 : 0) })}
            </Figure>
          );
        })}
        {now &&
          gauges.map(([name, metric]) => (
            <Figure key={name} label={t(`system.rates.${name}`)}>
              {format.number(sumOf(now.metrics, metric) ?? 0)}
            </Figure>
          ))}
      </dl>
    </Section>
  );
}

function Queue() {
  const { t } = useText();
  const { data } = useSummary();
  return (
    <Section
      title={t('system.queue.title')}
      actions={
        <Link to="/tasks" className="text-accent underline underline-offset-4">
          {t('system.queue.all')}
        </Link>
      }
    >
      <dl>
        {statuses.map((status) => (
          <Figure key={status} label={t(`tasks.statuses.${status}`)}>
            {data ? t('tasks.count', { count: data[status] }) : '…'}
          </Figure>
        ))}
      </dl>
    </Section>
  );
}

function Caches({ look }: { look: Look }) {
  const { t, format } = useText();
  const snapshots = hitShare(look.metrics, 'cairn_snapshot_cache_requests_total');
  return (
    <Section title={t('system.cache.title')}>
      <dl>
        <Figure label={t('system.cache.snapshots')}>
          {snapshots ? t('system.cache.share', { percent: format.percent(snapshots.share), requests: snapshots.requests }) : t('system.cache.unused')}
        </Figure>
        <Figure label={t('system.cache.opened')}>{format.number(sumOf(look.metrics, 'cairn_segments_opened_total') ?? 0)}</Figure>
      </dl>
    </Section>
  );
}

/** How the server is just now; for administrators. */
export function Overview() {
  const { t, language } = useText();
  const clock = new Intl.DateTimeFormat(language, { timeStyle: 'medium' });
  const { looks, error, retry } = useLooks();
  const now = looks.at(-1);
  return (
    <div className="flex flex-col gap-8">
      <Nodes />
      <Scaling />
      {error ? (
        <Failure error={error} onRetry={retry} />
      ) : now ? (
        <>
          <Rates looks={looks} />
          <div className="grid gap-x-10 gap-y-8 md:grid-cols-2">
            <Queue />
            <Caches look={now} />
          </div>
          <Latency looks={looks} />
          <p className="text-sm text-quiet">
            {t('system.updated', { time: clock.format(now.at) })} · {t('system.every', { seconds: lookEverySeconds })}
          </p>
        </>
      ) : (
        <Loading lines={6} />
      )}
    </div>
  );
}
