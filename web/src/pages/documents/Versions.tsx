import type { Document } from '@/api/types';
import { DataTable, type Column } from '@/components/DataTable';
import { useText } from '@/i18n';
import { StatusText } from './StatusText';

interface Version {
  number: number;
  newest: boolean;
}

/** The versions that there are: the newest, and the one that searches find until that is indexed. */
function versionsOf({ version, indexed_version: found }: Document): Version[] {
  const newest = { number: version, newest: true };
  return found === null || found === version ? [newest] : [newest, { number: found, newest: false }];
}

export function Versions({ document }: { document: Document }) {
  const { t, format } = useText();
  const versions = versionsOf(document);
  const gone = document.version - versions.length;
  const columns: Column<Version>[] = [
    { name: 'number', label: t('documents.versions.number'), heading: true, cell: ({ number }) => t('documents.versions.numbered', { number }), className: 'md:whitespace-nowrap' },
    {
      name: 'when',
      label: t('documents.versions.when'),
      cell: ({ newest }) => (newest ? <time dateTime={document.updated_at}>{format.dateTime(document.updated_at)}</time> : '–'),
    },
    { name: 'size', label: t('documents.facts.size'), numeric: true, cell: ({ newest }) => (newest ? format.bytes(document.bytes) : '–') },
    {
      name: 'status',
      label: t('documents.versions.status'),
      cell: ({ newest }) => (newest ? <StatusText document={document} /> : t('documents.versions.found')),
    },
  ];
  return (
    <section>
      <h3 className="mb-2 font-semibold">{t('documents.versions.title')}</h3>
      <DataTable caption={t('documents.versions.title')} columns={columns} rows={versions} keyOf={({ number }) => String(number)} />
      <p className="mt-2 text-sm text-quiet">
        {t('documents.versions.note')} {gone > 0 && t('documents.versions.gone', { count: gone })}
      </p>
    </section>
  );
}
