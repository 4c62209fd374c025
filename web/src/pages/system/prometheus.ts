/** The figures of one look at /metrics, in the text format of Prometheus 0.0.4. */
export interface Sample {
  labels: Record<string, string>;
  value: number;
}

export type Metrics = Map<string, Sample[]>;

const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})?\s+(\S+)/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;
const escapes: Record<string, string> = { n: '\n', '\\': '\\', '"': '"' };

function valueOf(text: string): number {
  return text === '+Inf' ? Infinity : text === '-Inf' ? -Infinity : Number(text);
}

export function parseMetrics(text: string): Metrics {
  const metrics: Metrics = new Map();
  for (const row of text.split('\n')) {
    const match = row.startsWith('#') ? null : line.exec(row);
    if (!match) continue;
    const [, name = '', inside = '', value = ''] = match;
    const labels: Record<string, string> = {};
    for (const [, key = '', raw = ''] of inside.matchAll(label)) labels[key] = raw.replace(/\\(.)/g, (_, c: string) => escapes[c] ?? c);
    const samples = metrics.get(name) ?? [];
    samples.push({ labels, value: valueOf(value) });
    metrics.set(name, samples);
  }
  return metrics;
}

const matches = (sample: Sample, wanted: Record<string, string>) =>
  Object.entries(wanted).every(([name, value]) => sample.labels[name] === value);

/** All samples of a metric with these labels, added up; nothing when there are none. */
export function sumOf(metrics: Metrics, name: string, wanted: Record<string, string> = {}): number | null {
  const found = (metrics.get(name) ?? []).filter((sample) => matches(sample, wanted));
  return found.length === 0 ? null : found.reduce((sum, sample) => sum + sample.value, 0);
}

/** The values of a label that a metric has, in the order in which they first stand. */
export function labelsOf(metrics: Metrics, name: string, wanted: string): string[] {
  return [...new Set((metrics.get(name) ?? []).map((sample) => sample.labels[wanted] ?? ''))].filter(Boolean);
}

/** How many observations there were up to each bound, the last being +Inf. */
export interface Histogram {
  bounds: number[];
  counts: number[]; // Cumulative.
  sum: number;
}

export function histogramOf(metrics: Metrics, name: string, wanted: Record<string, string> = {}): Histogram {
  const counts = new Map<number, number>();
  for (const sample of metrics.get(`${name}_bucket`) ?? []) {
    if (!matches(sample, wanted)) continue;
    const bound = valueOf(sample.labels['le'] ?? 'NaN');
    counts.set(bound, (counts.get(bound) ?? 0) + sample.value);
  }
  const bounds = [...counts.keys()].sort((a, b) => a - b);
  return { bounds, counts: bounds.map((bound) => counts.get(bound) ?? 0), sum: sumOf(metrics, `${name}_sum`, wanted) ?? 0 };
}

/** What was added from one look to a later one. A server that started anew in between begins at nothing. */
export function since(before: Histogram, now: Histogram): Histogram {
  const restarted = (before.counts.at(-1) ?? 0) > (now.counts.at(-1) ?? 0);
  if (restarted) return now;
  const old = new Map(before.bounds.map((bound, i) => [bound, before.counts[i] ?? 0]));
  return { bounds: now.bounds, counts: now.counts.map((count, i) => count - (old.get(now.bounds[i] ?? NaN) ?? 0)), sum: now.sum - before.sum };
}

export const observations = (histogram: Histogram): number => histogram.counts.at(-1) ?? 0;

/**
 * The value that `share` (0..1) of the observations do not exceed, by linear interpolation within its bucket, as
 * Prometheus' histogram_quantile does it. Beyond the last bound nothing is known but that bound. Nothing without any.
 */
export function quantile(histogram: Histogram, share: number): number | null {
  const total = observations(histogram);
  if (!(total > 0)) return null;
  const rank = share * total;
  const at = histogram.counts.findIndex((count) => count >= rank);
  const bound = histogram.bounds[at] ?? Infinity;
  const below = at > 0 ? (histogram.bounds[at - 1] ?? 0) : 0;
  if (!Number.isFinite(bound)) return below;
  const before = at > 0 ? (histogram.counts[at - 1] ?? 0) : 0;
  const inside = (histogram.counts[at] ?? 0) - before;
  return inside > 0 ? below + ((bound - below) * (rank - before)) / inside : bound;
}
