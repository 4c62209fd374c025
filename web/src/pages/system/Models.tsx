import { useQuery } from '@tanstack/react-query';
import { request } from '@/api/client';
import { DataTable, type Column } from '@/components/DataTable';
import { Empty, Failure, Loading } from '@/components/states';
import { useText } from '@/i18n';
import type { Model } from './types';

export function Models() {
  const { t, format } = useText();
  const models = useQuery({ queryKey: ['models'], queryFn: ({ signal }) => request<{ data: Model[] }>('/v1/models', { signal }) });
  if (models.isError && !models.data) return <Failure error={models.error} onRetry={() => void models.refetch()} />;
  if (!models.data) return <Loading />;
  if (models.data.data.length === 0) return <Empty title={t('system.models.none')} />;
  const purpose = ({ cairn }: Model) =>
    cairn?.purpose === 'chat' ? t('system.models.purposes.chat') : cairn?.purpose === 'embedding' ? t('system.models.purposes.embedding') : (cairn?.purpose ?? '–');
  const columns: Column<Model>[] = [
    { name: 'id', label: t('system.models.name'), heading: true, cell: (row) => row.id },
    { name: 'kind', label: t('system.models.kind'), cell: purpose },
    { name: 'dimensions', label: t('system.models.dimensions'), numeric: true, cell: ({ cairn }) => (cairn?.dimensions ? format.number(cairn.dimensions) : '–') },
    { name: 'max', label: t('system.models.maxTokens'), numeric: true, cell: ({ cairn }) => (cairn?.max_tokens ? t('system.models.tokens', { count: cairn.max_tokens }) : '–') },
    {
      name: 'languages',
      label: t('system.models.languages'),
      cell: ({ cairn }) => (cairn && cairn.languages.length > 0 ? format.list(cairn.languages.map(format.language)) : t('system.models.allLanguages')),
    },
  ];
  return <DataTable caption={t('system.sections.models')} columns={columns} rows={models.data.data} keyOf={(row) => row.id} />;
}
