import { histogramOf, labelsOf, observations, quantile, since, sumOf, type Histogram, type Metrics } from './prometheus';

/** One look at the server's figures. */
export interface Look {
  at: number; // Milliseconds, by this machine's clock.
  metrics: Metrics;
}

const keptFor = 10 * 60_000;

/** The looks of the last ten minutes, with a new one. A gap or a restart of the server begins them anew. */
export function withLook(looks: readonly Look[], look: Look): Look[] {
  const start = (one: Look | undefined) => (one ? sumOf(one.metrics, 'process_start_time_seconds') : null);
  const before = looks.at(-1);
  if (before && start(before) !== start(look)) return [look];
  return [...looks.filter((one) => look.at - one.at <= keptFor), look];
}

/** How many a second were added to a counter over the last `window` milliseconds; nothing before there are two looks. */
export function rateOf(looks: readonly Look[], window: number, read: (metrics: Metrics) => number | null): number | null {
  const now = looks.at(-1);
  const then = now && looks.find((look) => now.at - look.at <= window);
  if (!now || !then || now.at <= then.at) return null;
  const grown = (read(now.metrics) ?? 0) - (read(then.metrics) ?? 0);
  return grown < 0 ? null : (grown * 1000) / (now.at - then.at);
}

/** A stage's latencies, in milliseconds. */
export interface StageFigures<Stage extends string = string> {
  stage: Stage;
  count: number;
  p50: number | null;
  p95: number | null;
  p99: number | null;
  totalMs: number;
}

export type Over = 'start' | 'minutes';

function histogramOver(looks: readonly Look[], over: Over, name: string, labels: Record<string, string>): Histogram {
  const first = looks[0];
  const now = looks.at(-1);
  if (!now) return { bounds: [], counts: [], sum: 0 };
  const whole = histogramOf(now.metrics, name, labels);
  return over === 'start' || !first || first === now ? whole : since(histogramOf(first.metrics, name, labels), whole);
}

function figures<Stage extends string>(stage: Stage, histogram: Histogram): StageFigures<Stage> {
  const ms = (share: number) => {
    const seconds = quantile(histogram, share);
    return seconds === null ? null : seconds * 1000;
  };
  return { stage, count: observations(histogram), p50: ms(0.5), p95: ms(0.95), p99: ms(0.99), totalMs: histogram.sum * 1000 };
}

/** The latencies of each stage of queries or ingestion; stages that did not run in this time are left out. */
export function stagesOf(looks: readonly Look[], over: Over, kind: 'query' | 'ingest'): StageFigures[] {
  const now = looks.at(-1);
  if (!now) return [];
  const name = `cairn_${kind}_stage_duration_seconds`;
  return labelsOf(now.metrics, `${name}_count`, 'stage')
    .map((stage) => figures(stage, histogramOver(looks, over, name, { stage })))
    .filter((stage) => stage.count > 0);
}

/** Whole requests, by what they ask for. */
export function requestsOf<Name extends string>(looks: readonly Look[], over: Over, routes: readonly { name: Name; method: string; route: string }[]): StageFigures<Name>[] {
  return routes
    .map(({ name, method, route }) => figures(name, histogramOver(looks, over, 'cairn_http_request_duration_seconds', { method, route })))
    .filter((request) => request.count > 0);
}

/** Hits among all requests of a cache since the start; nothing when it was never asked. */
export function hitShare(metrics: Metrics, name: string): { share: number; requests: number } | null {
  const hits = sumOf(metrics, name, { outcome: 'hit' }) ?? 0;
  const requests = sumOf(metrics, name) ?? 0;
  return requests > 0 ? { share: hits / requests, requests } : null;
}
