import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { request } from '@/api/client';
import { onServerEvent } from '@/api/events';
import type { Page } from '@/api/types';
import { ChevronIcon } from '@/components/icons';
import { Failure, Loading } from '@/components/states';
import { useText } from '@/i18n';
import { useNow } from './now';
import { binned, EndedTasks, type Bin } from './throughput';
import type { Task } from './types';

const Chart = lazy(() => import('./ThroughputChart'));

const minutes = 60;
const fetched = 100; // The most that a page of the list has.
const pagesRead = 10;
const kept = 50_000;

/** The newest tasks of a status that ended, and from when on they are all that ended. */
async function readEnded(status: 'succeeded' | 'failed', signal: AbortSignal): Promise<{ tasks: Task[]; since: number }> {
  const tasks: Task[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pagesRead; ++page) {
    const found: Page<Task> = await request('/v1/tasks', { query: { status, limit: fetched, cursor: cursor ?? undefined }, signal });
    tasks.push(...found.items);
    cursor = found.next_cursor;
    const oldest = found.items.at(-1)?.created_at;
    if (!cursor || (oldest && Date.parse(oldest) < Date.now() - minutes * 60_000)) return { tasks, since: 0 };
  }
  // Lists go by age: what was queued earlier and is not listed any more ended at the latest about when these did.
  return { tasks, since: Math.max(...tasks.slice(-fetched).map((task) => Date.parse(task.finished_at ?? ''))) };
}

/** The tasks that ended since this page was opened; it changes about once a second at most. */
function useEnded(): EndedTasks {
  const [ended] = useState(() => new EndedTasks(Date.now(), kept));
  const [, redraw] = useState(0);
  useEffect(() => {
    let drawing: ReturnType<typeof setTimeout> | undefined;
    const stop = onServerEvent((event) => {
      if (event.name === 'reload') ended.since = Date.now(); // Some were missed.
      if (event.name !== 'task') return;
      const task = JSON.parse(event.data) as Task;
      if (task.finished_at === null) return;
      ended.add([task]);
      drawing ??= setTimeout(() => {
        drawing = undefined;
        redraw((count) => count + 1);
      }, 1_000);
    });
    return () => {
      stop();
      clearTimeout(drawing);
    };
  }, [ended]);
  return ended;
}

function useBins(live: EndedTasks): { bins: Bin[] | undefined; error: unknown; retry: () => void } {
  const now = useNow(5_000);
  const read = useQuery({
    queryKey: ['tasks-ended'],
    queryFn: async ({ signal }) => Promise.all([readEnded('succeeded', signal), readEnded('failed', signal)]),
    staleTime: 60_000,
  });
  const retry = () => void read.refetch();
  if (!read.data) return { bins: undefined, error: read.error, retry };
  const listed = Math.max(...read.data.map(({ since }) => since));
  const all = new EndedTasks(Math.min(listed, live.since), kept);
  for (const { tasks } of read.data) all.add(tasks);
  all.add(live.values());
  return { bins: binned(all.values(), now, minutes, all.since), error: null, retry };
}

/** The same numbers for who does not see the chart. */
function Table({ bins }: { bins: Bin[] }) {
  const { t, format } = useText();
  return (
    <table className="sr-only">
      <caption>{t('tasks.throughputTable')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('tasks.minute')}</th>
          <th scope="col">{t('tasks.statuses.succeeded')}</th>
          <th scope="col">{t('tasks.statuses.failed')}</th>
        </tr>
      </thead>
      <tbody>
        {bins
          .filter((bin) => bin.succeeded + bin.failed > 0)
          .map((bin) => (
            <tr key={bin.start}>
              <th scope="row">{format.dateTime(new Date(bin.start).toISOString())}</th>
              <td>{format.number(bin.succeeded)}</td>
              <td>{format.number(bin.failed)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function Content({ live }: { live: EndedTasks }) {
  const { t, format } = useText();
  const { bins, error, retry } = useBins(live);
  if (error) return <Failure error={error} onRetry={retry} compact />;
  if (!bins) return <Loading lines={3} />;
  const first = bins[0];
  if (!first || bins.every((bin) => bin.succeeded + bin.failed === 0)) return <p className="py-4 text-quiet">{t('tasks.quiet')}</p>;
  return (
    <>
      <p className="pb-2 text-sm text-quiet">{t('tasks.throughputText', { time: format.duration(Math.max(1, Math.round((Date.now() - first.start) / 60_000)) * 60_000) })}</p>
      <Suspense fallback={<Loading lines={3} />}>
        <Chart bins={bins} />
      </Suspense>
      <Table bins={bins} />
    </>
  );
}

/** How many tasks ended over time; the chart is loaded when somebody wants to see it. */
export function Throughput() {
  const { t } = useText();
  const live = useEnded();
  const [open, setOpen] = useState(false);
  return (
    <section className="rounded-md border border-line">
      <h2>
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)} className="flex min-h-10 w-full items-center gap-2 px-4 font-medium">
          <ChevronIcon className={`text-quiet transition-transform ${open ? '' : '-rotate-90'}`} width={16} height={16} />
          {t('tasks.throughput')}
        </button>
      </h2>
      {open && (
        <div className="px-4 pb-4">
          <Content live={live} />
        </div>
      )}
    </section>
  );
}
