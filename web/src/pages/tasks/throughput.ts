import type { Task } from './types';

/** How many tasks ended in a stretch of time. */
export interface Bin {
  start: number; // Milliseconds since 1970.
  succeeded: number;
  failed: number;
}

const ended = (task: Pick<Task, 'finished_at'>) => (task.finished_at === null ? NaN : Date.parse(task.finished_at));

/**
 * Tasks that ended, by minute, up to now. `reachesBack`: the moment since which the list is known to be whole; earlier
 * minutes are left out, because they would look emptier than they were.
 */
export function binned(tasks: Iterable<Pick<Task, 'status' | 'finished_at'>>, now: number, minutes: number, reachesBack = 0): Bin[] {
  const size = 60_000;
  const last = Math.floor(now / size) * size;
  const first = Math.max(last - (minutes - 1) * size, Math.ceil(reachesBack / size) * size);
  const bins: Bin[] = [];
  for (let start = first; start <= last; start += size) bins.push({ start, succeeded: 0, failed: 0 });
  for (const task of tasks) {
    const bin = bins[Math.floor((ended(task) - first) / size)];
    if (!bin) continue;
    if (task.status === 'succeeded') ++bin.succeeded;
    else if (task.status === 'failed') ++bin.failed;
  }
  return bins;
}

/** Ended tasks by id, of which only the newest are kept. */
export function remembered(known: ReadonlyMap<string, Task>, more: Iterable<Task>, most: number): Map<string, Task> {
  const all = new Map(known);
  for (const task of more) if (task.finished_at !== null && task.status !== 'cancelled') all.set(task.id, task);
  if (all.size <= most) return all;
  return new Map([...all].sort(([, a], [, b]) => ended(b) - ended(a)).slice(0, most));
}
