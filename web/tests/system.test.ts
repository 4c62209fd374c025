import { describe, expect, it } from 'vitest';
import { hitShare, rateOf, stagesOf, withLook, type Look } from '@/pages/system/figures';
import { histogramOf, parseMetrics, quantile, since, sumOf } from '@/pages/system/prometheus';

const text = (fast: number, slow: number, start = 100) => `# HELP x y
cairn_query_stage_duration_seconds_bucket{stage="embed",le="0.01"} ${fast}
cairn_query_stage_duration_seconds_bucket{stage="embed",le="0.1"} ${fast + slow}
cairn_query_stage_duration_seconds_bucket{stage="embed",le="+Inf"} ${fast + slow}
cairn_query_stage_duration_seconds_sum{stage="embed"} ${fast * 0.005 + slow * 0.05}
cairn_query_stage_duration_seconds_count{stage="embed"} ${fast + slow}
cairn_snapshot_cache_requests_total{outcome="hit"} 3
cairn_snapshot_cache_requests_total{outcome="miss"} 1
odd{name="a \\"b\\" \\\\ \\n}",other="2"} 4 1700000000
process_start_time_seconds ${start}
`;
const look = (at: number, fast: number, slow: number, start?: number): Look => ({ at, metrics: parseMetrics(text(fast, slow, start)) });

describe('the text format of Prometheus', () => {
  const metrics = parseMetrics(text(10, 10));
  it('is read with its escapes', () => expect(metrics.get('odd')).toEqual([{ labels: { name: 'a "b" \\ \n}', other: '2' }, value: 4 }]));
  it('is added up by label', () => {
    expect(sumOf(metrics, 'cairn_snapshot_cache_requests_total')).toBe(4);
    expect(sumOf(metrics, 'cairn_snapshot_cache_requests_total', { outcome: 'hit' })).toBe(3);
    expect(sumOf(metrics, 'nothing')).toBeNull();
  });
});

describe('percentiles', () => {
  const of = (fast: number, slow: number) => histogramOf(parseMetrics(text(fast, slow)), 'cairn_query_stage_duration_seconds', { stage: 'embed' });
  it('lie within their bucket', () => {
    expect(quantile(of(10, 10), 0.5)).toBeCloseTo(0.01);
    expect(quantile(of(10, 10), 0.95)).toBeCloseTo(0.091);
    expect(quantile(of(10, 0), 0.5)).toBeCloseTo(0.005);
  });
  it('are nothing without observations, and the last bound beyond it', () => {
    expect(quantile(of(0, 0), 0.5)).toBeNull();
    expect(quantile({ bounds: [1, Infinity], counts: [0, 5], sum: 50 }, 0.5)).toBe(1);
  });
  it('can be taken of what came since', () => {
    expect(since(of(10, 0), of(10, 4)).counts).toEqual([0, 4, 4]);
    expect(since(of(10, 4), of(1, 0)).counts).toEqual([1, 1, 1]);
  });
});

describe('figures over time', () => {
  const looks = [look(0, 0, 0), look(10_000, 5, 0), look(20_000, 25, 0)];
  const count = (metrics: Look['metrics']) => sumOf(metrics, 'cairn_query_stage_duration_seconds_count');
  it('are rates of the time that was asked for', () => {
    expect(rateOf(looks, 60_000, count)).toBeCloseTo(1.25);
    expect(rateOf(looks, 10_000, count)).toBeCloseTo(2);
    expect(rateOf(looks.slice(0, 1), 60_000, count)).toBeNull();
  });
  it('are of the server as it runs now', () => {
    expect(withLook(looks, look(30_000, 1, 0, 200))).toHaveLength(1);
    expect(withLook(looks, look(30_000, 26, 0))).toHaveLength(4);
    expect(withLook(looks, look(3_600_000, 26, 0))).toHaveLength(1);
  });
  it('tell each stage that ran', () => {
    expect(stagesOf(looks, 'start', 'query')).toMatchObject([{ stage: 'embed', count: 25 }]);
    expect(stagesOf([looks[2]!, look(25_000, 25, 0)], 'minutes', 'query')).toEqual([]);
    expect(stagesOf(looks, 'start', 'ingest')).toEqual([]);
  });
  it('say how often a cache helped', () => {
    expect(hitShare(looks[0]!.metrics, 'cairn_snapshot_cache_requests_total')).toEqual({ share: 0.75, requests: 4 });
    expect(hitShare(looks[0]!.metrics, 'nothing')).toBeNull();
  });
});
