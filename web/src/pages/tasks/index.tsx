import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { useMay } from '@/api/queries';
import type { Citation } from '@/api/types';
import { useAddress } from '@/app/address';
import { Page } from '@/app/Page';
import { Button } from '@/components/Button';
import { Confirm } from '@/components/Dialog';
import { Select } from '@/components/Field';
import { CloseIcon, PlusIcon } from '@/components/icons';
import { useProblem } from '@/components/problem';
import { Empty, Failure, Loading } from '@/components/states';
import { useToasts } from '@/components/Toasts';
import { useText } from '@/i18n';
import type { TaskFilter } from './live';
import { useLiveTasks, useSummary, useTaskChange, useTaskList } from './queries';
import { SourceDialog } from './SourceDialog';
import { SubmitDialog } from './SubmitDialog';
import { TaskDialog } from './TaskDialog';
import { TaskTable, type Act } from './TaskTable';
import { Throughput } from './Throughput';
import { statuses, types, type Status, type Task } from './types';
import { useTypeName } from './words';

/** What the address says that is listed. */
function useFilter(): [TaskFilter, (change: Partial<TaskFilter>) => void] {
  const [address, setAddress] = useAddress();
  const priority = address.get('priority');
  const filter: TaskFilter = {
    status: statuses.find((status) => status === address.get('status')) ?? null,
    type: address.get('type') || null,
    priority: priority !== null && /^\d$/.test(priority) ? Number(priority) : null,
    parent: address.get('parent') || null,
  };
  const change = (part: Partial<TaskFilter>) => {
    const next = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...filter, ...part })) if (value !== null) next.set(name, String(value));
    setAddress(next);
  };
  return [filter, change];
}

/** How many tasks there are in each status; pressed, only those are listed. */
function StatusCounts({ chosen, onChoose }: { chosen: Status | null; onChoose: (status: Status | null) => void }) {
  const { t, format } = useText();
  const { data } = useSummary();
  const total = data && statuses.reduce((sum, status) => sum + data[status], 0);
  const entry = (status: Status | null, label: string, count: number | undefined) => (
    <button
      key={label}
      type="button"
      aria-pressed={chosen === status}
      onClick={() => onChoose(status)}
      className={`flex min-h-10 items-baseline gap-2 rounded-md border px-3 py-1.5 ${chosen === status ? 'border-accent bg-tint' : 'border-line bg-raised hover:border-edge'}`}
    >
      {label}
      <span className={`numbers font-medium ${status === 'failed' && count ? 'text-bad' : 'text-quiet'}`}>{count === undefined ? '…' : format.number(count)}</span>
    </button>
  );
  return (
    <div role="group" aria-label={t('tasks.status')} className="flex flex-wrap gap-2">
      {entry(null, t('common.all'), total)}
      {statuses.map((status) => entry(status, t(`tasks.statuses.${status}`), data?.[status]))}
    </div>
  );
}

function MoreFilters({ filter, onChange }: { filter: TaskFilter; onChange: (change: Partial<TaskFilter>) => void }) {
  const { t, format } = useText();
  const typeName = useTypeName();
  return (
    <div className="grid grid-cols-2 items-end gap-3 md:flex md:flex-wrap">
      <Select label={t('tasks.type')} value={filter.type ?? ''} onChange={(event) => onChange({ type: event.target.value || null })}>
        <option value="">{t('tasks.anyType')}</option>
        {types.map((type) => (
          <option key={type} value={type}>
            {typeName(type)}
          </option>
        ))}
      </Select>
      <Select label={t('tasks.priority')} value={filter.priority ?? ''} onChange={(event) => onChange({ priority: event.target.value === '' ? null : Number(event.target.value) })}>
        <option value="">{t('tasks.anyPriority')}</option>
        {Array.from({ length: 10 }, (_, i) => (
          <option key={i} value={i}>
            {format.number(i)}
          </option>
        ))}
      </Select>
      {filter.parent && (
        <Button onClick={() => onChange({ parent: null })} aria-label={`${t('tasks.childrenOf')}: ${t('tasks.allOfThem')}`}>
          {t('tasks.childrenOf')}
          <CloseIcon width={16} height={16} />
        </Button>
      )}
    </div>
  );
}

function List({ filter, onAct, onClear }: { filter: TaskFilter; onAct: Act; onClear: () => void }) {
  const { t } = useText();
  const list = useTaskList(filter);
  const { newer, showNewer } = useLiveTasks(filter);
  if (list.isError && !list.data) return <Failure error={list.error} onRetry={() => void list.refetch()} />;
  if (!list.data) return <Loading lines={6} />;
  const tasks = list.data.pages.flatMap((page) => page.items);
  const filtered = Object.values(filter).some((value) => value !== null);
  if (tasks.length === 0 && filtered)
    return (
      <Empty title={t('tasks.noneFitting')}>
        <Button onClick={onClear}>{t('tasks.clear')}</Button>
      </Empty>
    );
  if (tasks.length === 0) return <Empty title={t('tasks.noneTitle')} text={t('tasks.noneText')} />;
  return (
    <>
      <div role="status" className="flex justify-center empty:hidden">
        {newer > 0 && (
          <Button small onClick={showNewer}>
            {t('tasks.newer', { count: newer })}
          </Button>
        )}
      </div>
      <TaskTable tasks={tasks} onAct={onAct} />
      {list.isFetchNextPageError && <Failure error={list.error} onRetry={() => void list.fetchNextPage()} compact />}
      {list.hasNextPage && (
        <Button className="self-center" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('tasks.more')}
        </Button>
      )}
    </>
  );
}

/** Does what was asked for a task, says so, and asks before it cancels. */
function useActions() {
  const { t, format } = useText();
  const { say, complain } = useToasts();
  const problem = useProblem();
  const change = useTaskChange();
  const [cancelling, setCancelling] = useState<Task | null>(null);
  const perform: Act = (task, wanted) =>
    change.mutate(
      { id: task.id, change: wanted },
      {
        onSuccess: () =>
          say(wanted === 'cancel' ? t('tasks.cancelled') : wanted === 'retry' ? t('tasks.retried') : t('tasks.prioritised', { priority: format.number(wanted.priority) })),
        onError: (error) => complain(problem(error).line),
        onSettled: () => setCancelling(null),
      },
    );
  const act: Act = (task, wanted) => (wanted === 'cancel' ? setCancelling(task) : perform(task, wanted));
  const question = cancelling && (
    <Confirm
      title={t('tasks.cancelTitle')}
      text={`${t('tasks.cancelText')}${cancelling.type === 'reindex' ? ` ${t('tasks.cancelChildren')}` : ''}`}
      action={t('tasks.cancel')}
      busy={change.isPending}
      onConfirm={() => perform(cancelling, 'cancel')}
      onClose={() => setCancelling(null)}
    />
  );
  return { act, busy: change.isPending, question };
}

export default function Tasks() {
  const { t } = useText();
  const navigate = useNavigate();
  const id = useParams()['*'] ?? '';
  const [filter, setFilter] = useFilter();
  const [address] = useAddress();
  const [asking, setAsking] = useState(false);
  const [source, setSource] = useState<Citation | null>(null);
  const { act, busy, question } = useActions();
  const list = address.size > 0 ? `/tasks?${address.toString()}` : '/tasks';
  const mayAsk = useMay('query');
  const ask = mayAsk && (
    <Button onClick={() => setAsking(true)}>
      <PlusIcon width={16} height={16} />
      {t('tasks.ask')}
    </Button>
  );
  return (
    <Page title={t('tasks.title')} actions={ask}>
      <div className="flex flex-col gap-4">
        <StatusCounts chosen={filter.status} onChoose={(status) => setFilter({ status })} />
        <MoreFilters filter={filter} onChange={setFilter} />
        <Throughput />
        <List filter={filter} onAct={act} onClear={() => void navigate('/tasks')} />
      </div>
      {asking && <SubmitDialog onDone={(task) => (setAsking(false), void navigate(`/tasks/${task.id}`))} onClose={() => setAsking(false)} />}
      {id && <TaskDialog key={id} id={id} busy={busy} onAct={act} onOpen={setSource} onClose={() => void navigate(list)} />}
      {source && <SourceDialog citation={source} onClose={() => setSource(null)} />}
      {question}
    </Page>
  );
}
