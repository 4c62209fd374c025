import { describe, expect, it } from 'vitest';
import { applied, countNewer, fits, merged } from '@/pages/tasks/live';
import { reasonOf } from '@/pages/tasks/reason';
import { binned, EndedTasks } from '@/pages/tasks/throughput';
import { answerOf, type Task } from '@/pages/tasks/types';

const task = (id: string, more: Partial<Task> = {}): Task => ({
  id, type: 'ingest', status: 'queued', priority: 5, attempts: 0, node: null, progress: 0, error: null, waiting_reason: null,
  created_at: '2026-01-01T00:00:00Z', started_at: null, finished_at: null, not_before: null, deadline: null, expires_at: null,
  collection: null, document_id: null, external_id: null, parent: null, asked_by: null, question: null, result: null, ...more,
});
const any = { status: null, type: null, priority: null, parent: null };
const page = (...items: Task[]) => [{ items, next_cursor: null }];
const told = (...tasks: Task[]) => new Map(tasks.map((one) => [one.id, one]));

describe('a live list of tasks', () => {
  it('shows what changed in its place, and keeps what events leave out', () => {
    const [first] = applied(page(task('b'), task('a', { collection: 'papers', waiting_reason: 'waits' })), told(task('a', { status: 'running', progress: 0.5 })), any);
    expect(first?.items.map((one) => [one.id, one.status])).toEqual([['b', 'queued'], ['a', 'running']]);
    expect(first?.items[1]).toMatchObject({ collection: 'papers', progress: 0.5, waiting_reason: null });
  });
  it('keeps a reason as long as it waits', () => {
    expect(merged(task('a', { waiting_reason: 'behind 3' }), task('a', { priority: 0 })).waiting_reason).toBe('behind 3');
  });
  it('drops what no longer fits', () => {
    expect(applied(page(task('a')), told(task('a', { status: 'failed' })), { ...any, status: 'queued' })[0]?.items).toEqual([]);
    expect(fits(task('a', { priority: 3 }), { ...any, priority: 4 })).toBe(false);
  });
  it('leaves a page that nothing touched as it is', () => {
    const pages = page(task('a'));
    expect(applied(pages, told(task('z')), any)[0]).toBe(pages[0]);
  });
  it('counts what is newer than all of it', () => {
    expect(countNewer(page(task('b')), told(task('a'), task('b'), task('c'), task('d', { type: 'answer' })), { ...any, type: 'ingest' })).toBe(1);
  });
});

describe('throughput', () => {
  const at = (seconds: number) => new Date(seconds * 1000).toISOString();
  const done = (id: string, seconds: number, status: Task['status'] = 'succeeded') => task(id, { status, finished_at: at(seconds) });
  it('counts by minute, up to now', () => {
    const hour = 3_600_000;
    const bins = binned([done('a', 10), done('b', 59), done('c', 61, 'failed'), done('d', 5000), task('e')], hour - 1, 60);
    expect(bins).toHaveLength(60);
    expect(bins.slice(0, 3)).toEqual([
      { start: 0, succeeded: 2, failed: 0 },
      { start: 60_000, succeeded: 0, failed: 1 },
      { start: 120_000, succeeded: 0, failed: 0 },
    ]);
  });
  it('cuts little time finer, as a rate a minute, and begins where all is known', () => {
    expect(binned([done('a', 15), done('b', 41), done('c', 42)], 49_000, 60, 21_000)).toEqual([
      { start: 30_000, succeeded: 0, failed: 0 },
      { start: 40_000, succeeded: 12, failed: 0 },
    ]);
  });
  it('forgets the oldest, and says from when on it knows all', () => {
    const ended = new EndedTasks(0, 5);
    ended.add([done('a', 1), done('b', 2), task('queued'), done('c', 3), done('d', 4), done('e', 5)]);
    expect(ended.since).toBe(0);
    ended.add([done('f', 6)]);
    expect([...ended.values()].map((one) => one.id).sort()).toEqual(['c', 'd', 'e', 'f']);
    expect(ended.since).toBe(2001);
  });
});

describe('the answer of a task', () => {
  it('is there only when it looks like one', () => {
    const answer = { answer: 'x', abstained: false, sentences: [], citations: [] };
    expect(answerOf(task('a', { type: 'answer', result: answer }))).toEqual(answer);
    expect(answerOf(task('a', { type: 'answer', result: { queued: 3 } }))).toBeNull();
    expect(answerOf(task('a', { type: 'reindex', result: answer }))).toBeNull();
  });
});

describe('what a task waits for', () => {
  it('is understood in the words of the server', () => {
    expect(reasonOf('waits for a free worker')).toEqual({ key: 'worker', stalled: false });
    expect(reasonOf('waits behind other tasks')).toEqual({ key: 'others', stalled: false });
    expect(reasonOf('waits behind 1 task')).toEqual({ key: 'behind', count: 1, stalled: false });
    expect(reasonOf('waits behind more than 99 tasks')).toEqual({ key: 'behindMany', count: 99, stalled: false });
    expect(reasonOf('waits until 2026-11-21T10:00:00.000Z for attempt 2 of 3; the last error was: no model: install one')).toEqual({
      key: 'attempt', time: '2026-11-21T10:00:00.000Z', attempt: 2, most: 3, error: 'no model: install one', stalled: false,
    });
    expect(reasonOf('no worker is running, which is tried again: disk full')).toEqual({ key: 'noWorker', error: 'disk full', stalled: true });
    expect(reasonOf('its worker (node-7) has not been heard of since before 2026-11-21T10:00:00Z: another one takes over')).toEqual({
      key: 'lost', node: 'node-7', time: '2026-11-21T10:00:00Z', stalled: true,
    });
  });
  it('is left as it is where it is something else', () => expect(reasonOf('thinking')).toEqual({ key: null, text: 'thinking', stalled: false }));
});
