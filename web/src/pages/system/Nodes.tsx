import { useQuery } from '@tanstack/react-query';
import { request } from '@/api/client';
import type { Page } from '@/api/types';
import { WarnIcon } from '@/components/icons';
import { Failure, Loading } from '@/components/states';
import { useText } from '@/i18n';
import { lookEverySeconds } from './looks';
import { Figure, Section } from './Section';
import type { Node } from './types';

const scarce = 0.1; // Of a disk.

const states = ['joining', 'ready', 'suspect', 'draining', 'gone'] as const;

const isState = (state: string): state is (typeof states)[number] => (states as readonly string[]).includes(state);

const isKnown = (role: string): role is 'api' | 'worker' | 'search' => ['api', 'worker', 'search'].includes(role);

/** A share of something, drawn below its numbers. */
function Meter({ share }: { share: number }) {
  return (
    <span aria-hidden="true" className="mt-1 block h-1 w-full min-w-40 overflow-hidden rounded-full bg-line">
      <span className={`block h-full rounded-full ${share > 1 - scarce ? 'bg-warn' : 'bg-accent'}`} style={{ width: `${Math.min(100, Math.max(0, share * 100))}%` }} />
    </span>
  );
}

function Memory({ node }: { node: Node }) {
  const { t, format } = useText();
  if (node.memory_total_bytes === null) return <>{format.bytes(node.memory_bytes)}</>;
  return (
    <>
      {t('system.nodes.memoryOf', { used: format.bytes(node.memory_bytes), total: format.bytes(node.memory_total_bytes) })}
      <Meter share={node.memory_bytes / node.memory_total_bytes} />
    </>
  );
}

function Disk({ node }: { node: Node }) {
  const { t, format } = useText();
  const { disk_free_bytes: free = null, disk_total_bytes: total = null } = node;
  if (free === null || total === null || total === 0) return <>{t('system.unknown')}</>;
  return (
    <>
      {t('system.nodes.diskOf', { free: format.bytes(free), total: format.bytes(total) })}
      <Meter share={1 - free / total} />
    </>
  );
}

/** What tells nodes apart is left out where there is one. */
function Card({ node, isAlone }: { node: Node; isAlone: boolean }) {
  const { t, format } = useText();
  const full = node.disk_total_bytes && node.disk_free_bytes !== null && node.disk_free_bytes < scarce * node.disk_total_bytes;
  return (
    <article aria-label={`${t('system.nodes.name')} ${node.id}`}>
      <h3 className="font-medium">{node.id}</h3>
      {full && (
        <p className="mt-1 flex items-center gap-2 rounded-md bg-warn-tint px-3 py-2">
          <WarnIcon className="shrink-0 text-warn" />
          {t('system.nodes.full')}
        </p>
      )}
      <dl className="grid gap-x-10 md:grid-cols-2">
        {!isAlone && <Figure label={t('system.nodes.state')}>{isState(node.state) ? t(`system.nodes.states.${node.state}`) : node.state}</Figure>}
        <Figure label={t('system.nodes.cpu')}>
          {node.cpu_percent === null ? (
            t('system.unknown')
          ) : (
            <>
              {t('system.nodes.cpuOf', { percent: format.percent(node.cpu_percent / 100), count: node.cpu_cores })}
              <Meter share={node.cpu_percent / 100} />
            </>
          )}
        </Figure>
        <Figure label={t('system.nodes.memory')}>
          <Memory node={node} />
        </Figure>
        <Figure label={t('system.nodes.disk')}>
          <Disk node={node} />
        </Figure>
        <Figure label={t('system.nodes.gpu')}>{node.gpu ?? t('system.nodes.noGpu')}</Figure>
        <Figure label={t('system.nodes.version')}>{node.version}</Figure>
        <Figure label={t('system.nodes.up')}>
          <time dateTime={node.started_at} title={format.dateTime(node.started_at)}>
            {format.since(node.started_at)}
          </time>
        </Figure>
        <Figure label={t('system.nodes.roles')}>{format.list(node.roles.map((role) => (isKnown(role) ? t(`system.nodes.role.${role}`) : role)))}</Figure>
        {!isAlone && <Figure label={t('system.nodes.requests')}>{format.number(node.requests)}</Figure>}
        {!isAlone && node.search_ms !== null && <Figure label={t('system.nodes.searches')}>{format.duration(node.search_ms)}</Figure>}
        {!isAlone && node.address && <Figure label={t('system.nodes.address')}>{node.address}</Figure>}
        <Figure label={t('system.nodes.segments')}>{format.number(node.segments)}</Figure>
        <Figure label={t('system.nodes.lag')}>{t('system.nodes.lagCount', { count: node.lag })}</Figure>
      </dl>
    </article>
  );
}

export function Nodes() {
  const { t } = useText();
  const nodes = useQuery({
    queryKey: ['nodes'],
    queryFn: ({ signal }) => request<Page<Node>>('/v1/cluster/nodes', { signal }),
    refetchInterval: lookEverySeconds * 1000,
  });
  return (
    <Section title={t('system.nodes.title')}>
      {nodes.data ? (
        <div className="flex flex-col gap-6">
          {nodes.data.items.map((node) => (
            <Card key={node.id} node={node} isAlone={nodes.data.items.length === 1} />
          ))}
        </div>
      ) : nodes.isError ? (
        <Failure error={nodes.error} onRetry={() => void nodes.refetch()} />
      ) : (
        <Loading lines={4} />
      )}
    </Section>
  );
}
