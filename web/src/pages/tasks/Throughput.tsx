import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { request } from '@/api/client';
import { onServerEvent } from '@/api/events';
import type { Page } from '@/api/types';
import { ChevronIcon } from '@/components/icons';
import { Failure, Loading } from '@/components/states';
import { useText } from '@/i18n';
import { useNow } from './now';
import { binned, remembered, type Bin } from './throughput';
import type { Task } from './types';

const Chart = lazy(() => import('./ThroughputChart'));

const minutes = 60;
const fetched = 100; // The most that a page of the list has.
const pagesRead = 5;
const kept = 20_000;

interface Ended {
  tasks: Task[];
  since: number; // All that ended later are among them.
}

/** The newest ended tasks of a status, and since when they are all. A task queued before the oldest of them may have ended later: rare, and forgiven. */
async function readEnded(status: 'succeeded' | 'failed', signal: AbortSignal): Promise<Ended> {
  const tasks: Task[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pagesRead; ++page) {
    const found: Page<Task> = await request('/v1/tasks', { query: { status, limit: fetched, cursor: cursor ?? undefined }, signal });
    tasks.push(...found.items);
    cursor = found.next_cursor;
    const oldest = tasks.at(-1)?.finished_at;
    if (!cursor || (oldest && Date.parse(oldest) < Date.now() - minutes * 60_000)) return { tasks, since: 0 };
  }
  return { tasks, since: Math.max(0, ...tasks.slice(-fetched).map((task) => Date.parse(task.finished_at ?? ''))) };
}

function useBins(): { bins: Bin[] | undefined; error: unknown; retry: () => void } {
  const now = useNow(5_000);
  const live = useRef<ReadonlyMap<string, Task>>(new Map());
  const [, redraw] = useState(0);
  const read = useQuery({
    queryKey: ['tasks-ended'],
    queryFn: async ({ signal }) => Promise.all([readEnded('succeeded', signal), readEnded('failed', signal)]),
    staleTime: 60_000,
  });
  useEffect(() => {
    let drawing: ReturnType<typeof setTimeout> | undefined;
    const stop = onServerEvent((event) => {
      if (event.name !== 'task') return;
      live.current = remembered(live.current, [JSON.parse(event.data) as Task], kept);
      drawing ??= setTimeout(() => {
        drawing = undefined;
        redraw((count) => count + 1);
      }, 1_000);
    });
    return () => {
      stop();
      clearTimeout(drawing);
    };
  }, []);
  const retry = () => void read.refetch();
  if (!read.data) return { bins: undefined, error: read.error, retry };
  const known = remembered(live.current, read.data.flatMap((ended) => ended.tasks.filter((task) => !live.current.has(task.id))), kept);
  return { bins: binned(known.values(), now, minutes, Math.max(...read.data.map((ended) => ended.since))), error: null, retry };
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

function Content() {
  const { t } = useText();
  const { bins, error, retry } = useBins();
  if (error) return <Failure error={error} onRetry={retry} compact />;
  if (!bins) return <Loading lines={3} />;
  if (bins.every((bin) => bin.succeeded + bin.failed === 0)) return <p className="py-4 text-quiet">{t('tasks.quiet')}</p>;
  return (
    <>
      <p className="pb-2 text-sm text-quiet">{t('tasks.throughputText', { minutes: bins.length })}</p>
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
          <Content />
        </div>
      )}
    </section>
  );
}
