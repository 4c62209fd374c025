import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router';
import { asApiError } from '@/api/problem';
import type { Citation } from '@/api/types';
import { Button } from '@/components/Button';
import { Dialog } from '@/components/Dialog';
import { Select } from '@/components/Field';
import { ServerWords } from '@/components/problem';
import { Progress } from '@/components/Progress';
import { Failure, Loading } from '@/components/states';
import { useText } from '@/i18n';
import { AnswerOf } from './AnswerOf';
import { useNow } from './now';
import { useTask } from './queries';
import type { Act } from './TaskTable';
import { answerOf, isActive, type Task } from './types';
import { isStalled, StatusMark, useReason, useTaskName, useTypeName } from './words';

const mostAttempts = 3;
const priorities = Array.from({ length: 10 }, (_, i) => i);

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-x-4 sm:flex-row">
      <dt className="w-36 shrink-0 text-quiet">{label}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}

function Time({ at }: { at: string }) {
  const { format } = useText();
  return <time dateTime={at}>{format.dateTime(at)}</time>;
}

function Timing({ task }: { task: Task }) {
  const { t, format } = useText();
  const now = useNow();
  const between = (from: string | null, to: string | null) => (from === null ? null : format.duration(Math.max(0, (to === null ? now : Date.parse(to)) - Date.parse(from))));
  const waited = between(task.created_at, task.started_at ?? task.finished_at);
  const worked = between(task.started_at, task.finished_at);
  return (
    <>
      <Fact label={t('tasks.fields.created')}>
        <Time at={task.created_at} />
      </Fact>
      {waited && <Fact label={t('tasks.fields.waited')}>{waited}</Fact>}
      {worked && <Fact label={t('tasks.fields.worked')}>{worked}</Fact>}
      {task.finished_at && (
        <Fact label={t('tasks.fields.finished')}>
          <Time at={task.finished_at} />
        </Fact>
      )}
      {task.deadline && isActive(task) && (
        <Fact label={t('tasks.fields.deadline')}>
          <Time at={task.deadline} />
        </Fact>
      )}
      {task.expires_at && (
        <Fact label={t('tasks.fields.expires')}>
          <Time at={task.expires_at} />
        </Fact>
      )}
    </>
  );
}

function Origin({ task }: { task: Task }) {
  const { t } = useText();
  const { search } = useLocation();
  const link = 'text-accent underline underline-offset-4';
  return (
    <>
      {task.collection && <Fact label={t('tasks.fields.collection')}>{task.collection}</Fact>}
      {task.external_id && <Fact label={t('tasks.fields.document')}>{task.external_id}</Fact>}
      {task.asked_by && <Fact label={t('tasks.fields.askedBy')}>{task.asked_by}</Fact>}
      {task.parent && (
        <Fact label={t('tasks.fields.parent')}>
          <Link className={link} to={`/tasks/${task.parent}${search}`}>
            {task.parent}
          </Link>
        </Fact>
      )}
      {task.type === 'reindex' && (
        <Fact label={t('tasks.fields.children')}>
          <Link className={link} to={`/tasks?parent=${task.id}`}>
            {t('tasks.fields.showChildren')}
          </Link>
        </Fact>
      )}
      <Fact label={t('tasks.fields.id')}>
        <span className="font-mono text-sm">{task.id}</span>
      </Fact>
    </>
  );
}

function State({ task }: { task: Task }) {
  const { t, format } = useText();
  const reason = useReason();
  const name = useTaskName()(task);
  const stalled = isStalled(task);
  return (
    <>
      <Fact label={t('tasks.status')}>
        <StatusMark status={task.status} stalled={stalled} />
        {task.status === 'running' && (
          <span className="mt-1 flex items-center gap-2">
            <Progress value={task.progress > 0 ? task.progress : null} label={t('tasks.progress', { task: name })} />
            {task.progress > 0 && <span className="numbers text-sm text-quiet">{format.percent(task.progress)}</span>}
          </span>
        )}
      </Fact>
      {isActive(task) && task.waiting_reason && (
        <Fact label={task.status === 'running' && !stalled ? t('tasks.fields.stage') : t('tasks.fields.reason')}>{reason(task.waiting_reason)}</Fact>
      )}
      {task.error && (
        <Fact label={task.status === 'failed' ? t('tasks.fields.error') : t('tasks.fields.lastError')}>
          <div className={task.status === 'failed' ? 'text-bad' : ''}>
            <ServerWords words={task.error} whole />
          </div>
        </Fact>
      )}
      <Fact label={t('tasks.fields.attempts')}>{t('tasks.fields.attemptsOf', { count: task.attempts, most: mostAttempts })}</Fact>
      {task.node && <Fact label={t('tasks.node')}>{task.node}</Fact>}
    </>
  );
}

function PriorityField({ task, onAct }: { task: Task; onAct: Act }) {
  const { t, format } = useText();
  const words = (priority: number) => {
    const shown = { priority: format.number(priority) };
    return priority === 0 ? t('tasks.priorities.first', shown) : priority === 5 ? t('tasks.priorities.usual', shown) : priority === 9 ? t('tasks.priorities.last', shown) : shown.priority;
  };
  return (
    <Select label={t('tasks.priority')} hint={t('tasks.priorityHint')} value={task.priority} onChange={(event) => onAct(task, { priority: Number(event.target.value) })}>
      {priorities.map((priority) => (
        <option key={priority} value={priority}>
          {words(priority)}
        </option>
      ))}
    </Select>
  );
}

function Details({ task, onAct, onOpen }: { task: Task; onAct: Act; onOpen: (citation: Citation) => void }) {
  const { t } = useText();
  const answer = answerOf(task);
  return (
    <div className="flex flex-col gap-4">
      {task.question && (
        <section>
          <h3 className="text-sm font-medium text-quiet">{t('tasks.fields.question')}</h3>
          <p className="text-base">{task.question}</p>
        </section>
      )}
      {answer ? (
        <section>
          <h3 className="text-sm font-medium text-quiet">{t('tasks.fields.answer')}</h3>
          <AnswerOf answer={answer} onOpen={onOpen} />
        </section>
      ) : (
        task.result && (
          <section>
            <h3 className="text-sm font-medium text-quiet">{t('tasks.fields.result')}</h3>
            <pre className="overflow-x-auto rounded bg-sunken p-2 text-sm whitespace-pre-wrap">{JSON.stringify(task.result, null, 2)}</pre>
          </section>
        )
      )}
      <dl className="flex flex-col gap-1.5">
        <State task={task} />
        <Timing task={task} />
        <Origin task={task} />
      </dl>
      {isActive(task) && <PriorityField task={task} onAct={onAct} />}
    </div>
  );
}

interface Props {
  id: string;
  busy: boolean;
  onAct: Act;
  onOpen: (citation: Citation) => void;
  onClose: () => void;
}

/** Everything about one task, and what can be done with it. */
export function TaskDialog({ id, busy, onAct, onOpen, onClose }: Props) {
  const { t } = useText();
  const typeName = useTypeName();
  const found = useTask(id);
  const task = found.data;
  const actions = task && (
    <>
      {(task.status === 'failed' || task.status === 'cancelled') && (
        <Button busy={busy} onClick={() => onAct(task, 'retry')}>
          {t('tasks.retry')}
        </Button>
      )}
      {isActive(task) && (
        <Button look="danger" busy={busy} onClick={() => onAct(task, 'cancel')}>
          {t('tasks.cancel')}
        </Button>
      )}
      <Button onClick={onClose}>{t('common.close')}</Button>
    </>
  );
  const missing = found.isError && asApiError(found.error).status === 404;
  return (
    <Dialog title={task ? typeName(task.type) : t('tasks.title')} onClose={onClose} footer={actions} wide>
      {task ? (
        <Details task={task} onAct={onAct} onOpen={onOpen} />
      ) : missing ? (
        <p>{t('tasks.gone')}</p>
      ) : found.isError ? (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Loading />
      )}
    </Dialog>
  );
}
