import { Link } from 'react-router';
import { useCollections, useMay } from '@/api/queries';
import type { Collection } from '@/api/types';
import { DataTable, type Column } from '@/components/DataTable';
import { Empty, Failure, Loading } from '@/components/states';
import { useText } from '@/i18n';

const strategies = ['recursive', 'fixed', 'sentence', 'semantic'] as const;

export function Collections() {
  const { t, format } = useText();
  const mayAdd = useMay('ingest');
  const collections = useCollections();
  if (collections.isError && !collections.data) return <Failure error={collections.error} onRetry={() => void collections.refetch()} />;
  if (!collections.data) return <Loading />;
  if (collections.data.length === 0)
    return (
      <Empty title={t('system.collections.none')} text={t('system.collections.noneText')}>
        {mayAdd && (
          <Link to="/documents" className="inline-flex min-h-10 items-center rounded-md bg-accent px-4 font-medium text-on-accent">
            {t('system.collections.toDocuments')}
          </Link>
        )}
      </Empty>
    );
  const count = (name: 'documents' | 'chunks' | 'segments' | 'manifest'): Column<Collection> => ({
    name,
    label: t(`system.collections.${name}`),
    numeric: true,
    cell: (row) => format.number(row[name]),
  });
  const columns: Column<Collection>[] = [
    {
      name: 'name',
      label: t('system.collections.name'),
      heading: true,
      cell: (row) => (
        <>
          {row.name}
          {row.description && <span className="block text-sm font-normal text-quiet">{row.description}</span>}
        </>
      ),
    },
    count('documents'),
    count('chunks'),
    count('segments'),
    { name: 'bytes', label: t('system.collections.size'), numeric: true, cell: (row) => format.bytes(row.bytes), className: 'md:whitespace-nowrap' },
    { name: 'model', label: t('system.collections.model'), cell: (row) => row.embedding_model ?? t('system.collections.usual') },
    {
      name: 'chunking',
      label: t('system.collections.chunking'),
      cell: ({ chunking }) => {
        const known = strategies.find((name) => name === chunking.strategy);
        const strategy = known ? t(`system.collections.strategies.${known}`) : chunking.strategy;
        return t('system.collections.chunkingOf', { strategy, tokens: chunking.max_tokens });
      },
    },
    count('manifest'),
  ];
  return <DataTable caption={t('system.sections.collections')} columns={columns} rows={collections.data} keyOf={(row) => row.name} />;
}
