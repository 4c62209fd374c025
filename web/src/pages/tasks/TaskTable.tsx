import { Link, useLocation } from 'react-router';
import { Button, IconButton } from '@/components/Button';
import { DataTable, type Column } from '@/components/DataTable';
import { MoreIcon } from '@/components/icons';
import { Menu, MenuItem, MenuSeparator } from '@/components/Menu';
import { ServerWords } from '@/components/problem';
import { Progress } from '@/components/Progress';
import { useText } from '@/i18n';
import { useNow } from './now';
import { isActive, type Task } from './types';
import { isStalled, StatusMark, useReason, useSubject, useTaskName, useTypeName } from './words';

export type Act = (task: Task, change: 'cancel' | 'retry' | { priority: number }) => void;

function What({ task }: { task: Task }) {
  const subject = useSubject()(task);
  const typeName = useTypeName();
  const reason = useReason();
  const { search } = useLocation();
  return (
    <>
      <Link to={`/tasks/${task.id}${search}`} className="text-accent underline-offset-4 hover:underline">
        {subject || typeName(task.type)}
      </Link>
      <span className="block text-sm font-normal text-quiet">
        {[subject && typeName(task.type), task.external_id !== null && task.collection].filter(Boolean).join(' · ')}
      </span>
      {task.error !== null && task.status !== 'cancelled' && <span className="mt-0.5 block text-sm font-normal text-bad"><ServerWords words={task.error} /></span>}
      {isActive(task) && task.waiting_reason && (
        <span className={`mt-0.5 block text-sm font-normal ${isStalled(task) ? 'text-warn' : 'text-quiet'}`}>{reason(task.waiting_reason)}</span>
      )}
    </>
  );
}

/** When it was queued, how long it has been running, or when it ended and how long it took. */
function When({ task }: { task: Task }) {
  const { format } = useText();
  const name = useTaskName();
  const { t } = useText();
  const now = useNow();
  if (task.status === 'running')
    return (
      <span className="inline-flex min-w-24 flex-col items-end gap-1">
        {task.started_at && format.duration(Math.max(0, now - Date.parse(task.started_at)))}
        <Progress value={task.progress > 0 ? task.progress : null} label={t('tasks.progress', { task: name(task) })} />
      </span>
    );
  const at = task.finished_at ?? task.created_at;
  const took = task.finished_at && task.started_at ? Date.parse(task.finished_at) - Date.parse(task.started_at) : null;
  return (
    <span title={format.dateTime(at)} className="inline-flex flex-col items-end max-md:flex-row max-md:items-baseline max-md:gap-2">
      <time dateTime={at}>{format.since(at, now)}</time>
      {took !== null && took >= 0 && <span className="text-sm text-quiet">{format.duration(took)}</span>}
    </span>
  );
}

function Actions({ task, onAct }: { task: Task; onAct: Act }) {
  const { t } = useText();
  const name = useTaskName()(task);
  if (task.status === 'succeeded') return null;
  if (!isActive(task))
    return (
      <Button small onClick={() => onAct(task, 'retry')} aria-label={`${t('tasks.retry')}: ${name}`}>
        {t('tasks.retry')}
      </Button>
    );
  return (
    <Menu
      label={t('tasks.actionsFor', { task: name })}
      trigger={
        <IconButton label={t('tasks.actionsFor', { task: name })} className="-my-2">
          <MoreIcon />
        </IconButton>
      }
    >
      <MenuItem disabled={task.priority === 0} onSelect={() => onAct(task, { priority: 0 })}>
        {t('tasks.first')}
      </MenuItem>
      <MenuSeparator />
      <MenuItem danger onSelect={() => onAct(task, 'cancel')}>
        {t('tasks.cancel')}
      </MenuItem>
    </Menu>
  );
}

export function TaskTable({ tasks, onAct }: { tasks: readonly Task[]; onAct: Act }) {
  const { t, format } = useText();
  const columns: Column<Task>[] = [
    { name: 'about', label: t('tasks.about'), heading: true, cell: (task) => <What task={task} />, className: 'md:w-full' },
    { name: 'status', label: t('tasks.status'), cell: (task) => <StatusMark status={task.status} stalled={isStalled(task)} />, bare: true },
    { name: 'priority', label: t('tasks.priority'), numeric: true, cell: (task) => format.number(task.priority) },
    { name: 'node', label: t('tasks.node'), cell: (task) => task.node ?? '–', className: 'md:whitespace-nowrap' },
    { name: 'time', label: t('tasks.time'), numeric: true, cell: (task) => <When task={task} />, bare: true, className: 'md:whitespace-nowrap' },
    { name: 'actions', label: t('tasks.actions'), quietLabel: true, cell: (task) => <Actions task={task} onAct={onAct} />, className: 'max-md:justify-end md:whitespace-nowrap md:text-right' },
  ];
  return <DataTable caption={t('tasks.title')} columns={columns} rows={tasks} keyOf={(task) => task.id} compact />;
}
