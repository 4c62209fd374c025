import { CheckIcon, CloseIcon, HistoryIcon, RetryIcon, WarnIcon } from '@/components/icons';
import { useServerWords } from '@/components/problem';
import { useText } from '@/i18n';
import { reasonOf } from './reason';
import { types, type Status, type Task } from './types';

/** A type as the reader's language calls it; one that this page does not know is shown as the server names it. */
export function useTypeName(): (type: string) => string {
  const { t } = useText();
  return (type) => {
    const known = types.find((name) => name === type);
    return known ? t(`tasks.types.${known}`) : type;
  };
}

/** What a task is about: its question, document or collection. */
export function useSubject(): (task: Task) => string {
  const { t } = useText();
  return (task) => task.question ?? task.external_id ?? (task.collection === null ? '' : t('tasks.ofCollection', { name: task.collection }));
}

/** A task in one line, for what is read out. */
export function useTaskName(): (task: Task) => string {
  const typeName = useTypeName();
  const subject = useSubject();
  return (task) => [typeName(task.type), subject(task)].filter(Boolean).join(': ');
}

export function useReason(): (text: string) => string {
  const { t, format } = useText();
  const inWords = useServerWords();
  return (text) => {
    const reason = reasonOf(text);
    switch (reason.key) {
      case null:
        return inWords(reason.text);
      case 'behind':
      case 'behindMany':
        return t(`tasks.reasons.${reason.key}`, { count: reason.count });
      case 'attempt': {
        const values = { time: format.dateTime(reason.time), attempt: reason.attempt, most: reason.most };
        return reason.error ? t('tasks.reasons.attemptAfter', { ...values, error: inWords(reason.error) }) : t('tasks.reasons.attempt', values);
      }
      case 'noWorker':
        return t('tasks.reasons.noWorker', { error: inWords(reason.error) });
      case 'lost':
        return t('tasks.reasons.lost', { node: reason.node, time: format.dateTime(reason.time) });
      default:
        return t(`tasks.reasons.${reason.key}`);
    }
  };
}

const marks = {
  queued: { Icon: HistoryIcon, colour: 'text-quiet' },
  running: { Icon: RetryIcon, colour: 'text-accent' },
  succeeded: { Icon: CheckIcon, colour: 'text-good' },
  failed: { Icon: WarnIcon, colour: 'text-bad' },
  cancelled: { Icon: CloseIcon, colour: 'text-quiet' },
} as const;

export const isStalled = (task: Task): boolean => task.waiting_reason !== null && reasonOf(task.waiting_reason).stalled;

export function StatusMark({ status, stalled = false }: { status: Status; stalled?: boolean }) {
  const { t } = useText();
  const { Icon, colour } = stalled ? { Icon: WarnIcon, colour: 'text-warn' } : marks[status];
  return (
    <span className={`whitespace-nowrap ${colour}`}>
      <Icon width={16} height={16} className="mr-1.5 inline align-[-0.15em]" />
      {stalled ? t('tasks.stalled') : t(`tasks.statuses.${status}`)}
    </span>
  );
}
