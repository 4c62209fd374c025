import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { request } from '@/api/client';
import { Button } from '@/components/Button';
import { DataTable, type Column } from '@/components/DataTable';
import { Failure } from '@/components/states';
import { useText } from '@/i18n';
import { lookEverySeconds } from './looks';
import { Figure, Section } from './Section';
import type { Autoscaling, ScalingDecision } from './types';

const shownDecisions = 20;

type Reason = Pick<ScalingDecision, 'cause' | 'figure' | 'limit' | 'subject'>;

/** Why, in the reader's language; null where this page does not know it and only the server's words tell. */
function useReason() {
  const { t, format } = useText();
  return ({ cause, figure, limit, subject }: Reason): string | null => {
    const duration = (seconds: number) => format.duration(Math.round(seconds) * 1000);
    if (cause === 'steady') return t('system.scaling.causes.steady');
    if (cause === 'bounds') return t('system.scaling.causes.bounds');
    if (cause === 'lost' && subject !== null) return t('system.scaling.causes.lost', { node: subject });
    if (cause === 'asked' && subject !== null) return t('system.scaling.causes.asked', { who: subject });
    if (cause === 'trouble') return t('system.scaling.causes.trouble');
    if (figure === null || limit === null) return null;
    if (cause === 'queue') return t('system.scaling.causes.queue', { figure: duration(figure), limit: duration(limit) });
    if (cause === 'cpu') return t('system.scaling.causes.cpu', { figure: format.percent(figure / 100), limit: format.percent(limit / 100) });
    if (cause === 'searches') return t('system.scaling.causes.searches', { figure: format.duration(figure), limit: format.duration(limit) });
    if (cause === 'calm') return t('system.scaling.causes.calm', { count: figure, time: duration(limit) });
    return null;
  };
}

function Why({ decision }: { decision: ScalingDecision }) {
  const text = useReason()(decision);
  return (
    <span className="wrap-anywhere">
      {text}
      {(text === null || decision.cause === 'trouble') && (
        <span lang="en" className="block text-sm text-quiet">
          {decision.reason}
        </span>
      )}
    </span>
  );
}

function History({ decisions }: { decisions: readonly ScalingDecision[] }) {
  const { t, format } = useText();
  const columns: Column<ScalingDecision>[] = [
    { name: 'at', label: t('system.scaling.at'), cell: (decision) => <time dateTime={decision.at}>{format.dateTime(decision.at)}</time>, className: 'md:whitespace-nowrap' },
    {
      name: 'nodes',
      label: t('system.scaling.nodes'),
      heading: true,
      cell: ({ nodes_before: before, nodes }) =>
        before === nodes || before === 0 ? format.number(nodes) : t('system.scaling.change', { before, nodes }),
      className: 'md:whitespace-nowrap',
    },
    { name: 'reason', label: t('system.scaling.reason'), cell: (decision) => <Why decision={decision} /> },
  ];
  return <DataTable caption={t('system.scaling.history')} columns={columns} rows={decisions.slice(0, shownDecisions)} keyOf={(decision) => `${decision.at} ${decision.cause} ${decision.subject ?? ''} ${decision.nodes}`} />;
}

function Actions({ scaling }: { scaling: Autoscaling }) {
  const { t } = useText();
  const client = useQueryClient();
  const ask = useMutation({
    mutationFn: (direction: 'up' | 'down') => request<Autoscaling>(`/v1/autoscaling/scale-${direction}`, { method: 'POST' }),
    onSuccess: (now) => client.setQueryData(['autoscaling'], now),
  });
  const least = scaling.minimum ?? 1;
  const most = scaling.maximum ?? scaling.wanted;
  return (
    <>
      <div className="flex gap-2">
        <Button small busy={ask.isPending && ask.variables === 'down'} disabled={scaling.wanted <= least} onClick={() => ask.mutate('down')}>
          {t('system.scaling.fewer')}
        </Button>
        <Button small busy={ask.isPending && ask.variables === 'up'} disabled={scaling.wanted >= most} onClick={() => ask.mutate('up')}>
          {t('system.scaling.more')}
        </Button>
      </div>
      {ask.isError && <Failure error={ask.error} onRetry={() => ask.mutate(ask.variables)} compact />}
    </>
  );
}

/** How many nodes there should be, and why; nothing where nobody decides that and nobody ever did. */
export function Scaling() {
  const { t } = useText();
  const inWords = useReason();
  const scaling = useQuery({
    queryKey: ['autoscaling'],
    queryFn: ({ signal }) => request<Autoscaling>('/v1/autoscaling', { signal }),
    refetchInterval: lookEverySeconds * 1000,
  });
  const now = scaling.data;
  if (!now || (!now.enabled && now.decisions.length === 0)) return null;
  const newest = now.decisions[0];
  const why: Reason = newest && newest.cause === now.cause ? newest : { cause: now.cause, figure: null, limit: null, subject: null };
  return (
    <Section title={t('system.scaling.title')} text={now.enabled ? (inWords(why) ?? '') : t('system.scaling.off')} actions={now.enabled && <Actions scaling={now} />}>
      {now.enabled && (
        <dl className="grid gap-x-10 md:grid-cols-2">
          <Figure label={t('system.scaling.wanted')}>{t('system.scaling.count', { count: now.wanted })}</Figure>
          <Figure label={t('system.scaling.running')}>{t('system.scaling.count', { count: now.nodes })}</Figure>
          {now.minimum !== null && now.maximum !== null && <Figure label={t('system.scaling.bounds')}>{t('system.scaling.range', { minimum: now.minimum, maximum: now.maximum })}</Figure>}
          {now.leader !== null && <Figure label={t('system.scaling.leader')}>{now.leader}</Figure>}
        </dl>
      )}
      {now.decisions.length > 0 && (
        <>
          <h3 className="mt-2 font-medium">{t('system.scaling.history')}</h3>
          <History decisions={now.decisions} />
        </>
      )}
    </Section>
  );
}
