import type { Task } from './types';

/** How many tasks a minute ended in a stretch of time. */
export interface Bin {
  start: number; // Milliseconds since 1970.
  succeeded: number;
  failed: number;
}

type Ended = Pick<Task, 'status' | 'finished_at'>;
const minute = 60_000;
const endOf = (task: Ended) => (task.finished_at === null ? NaN : Date.parse(task.finished_at));

/**
 * Tasks that ended a minute, up to now, for at most `minutes`. `since`: the moment from which on all of them are known;
 * what is earlier is left out, because it would look emptier than it was. Little time is cut finer.
 */
export function binned(tasks: Iterable<Ended>, now: number, minutes: number, since = 0): Bin[] {
  const known = Math.min(now - since, minutes * minute);
  const size = known < 10 * minute ? minute / 6 : minute;
  const last = Math.floor(now / size) * size;
  const first = Math.max(last - minutes * minute + size, Math.ceil(since / size) * size);
  const bins: Bin[] = [];
  for (let start = first; start <= last; start += size) bins.push({ start, succeeded: 0, failed: 0 });
  for (const task of tasks) {
    const bin = bins[Math.floor((endOf(task) - first) / size)];
    if (task.status === 'succeeded' && bin) bin.succeeded += minute / size;
    else if (task.status === 'failed' && bin) bin.failed += minute / size;
  }
  return bins;
}

/** Ended tasks by id. When there are too many, the oldest are forgotten, and `since` says from when on all are there. */
export class EndedTasks {
  private tasks = new Map<string, Task>();

  constructor(
    public since: number,
    private most: number,
  ) {}

  add(more: Iterable<Task>): void {
    for (const task of more) if (task.finished_at !== null) this.tasks.set(task.id, task);
    if (this.tasks.size <= this.most) return;
    const sorted = [...this.tasks].sort(([, a], [, b]) => endOf(b) - endOf(a));
    const forgotten = sorted.slice(Math.floor(this.most * 0.8)); // Not at each of the next ones again.
    this.since = Math.max(this.since, ...forgotten.slice(0, 1).map(([, task]) => endOf(task) + 1));
    for (const [id] of forgotten) this.tasks.delete(id);
  }

  values(): Iterable<Task> {
    return this.tasks.values();
  }
}
