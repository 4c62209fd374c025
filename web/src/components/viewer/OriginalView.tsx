import { lazy, Suspense } from 'react';
import type { Document } from '@/api/types';
import { Button } from '@/components/Button';
import { Empty, Failure, Loading } from '@/components/states';
import { useToasts } from '@/components/Toasts';
import { useText } from '@/i18n';
import { saveOriginal, useObjectUrl, useOriginal } from './useOriginal';

const PdfPages = lazy(() => import('./PdfPages'));

// Pictures that a browser draws without running anything inside of them; SVG is none.
const pictures = /^image\/(png|jpeg|gif|webp|avif|bmp)$/;

const isPdf = (document: Document) => document.media_type === 'application/pdf' || /\.pdf$/i.test(document.external_id);

/** The original: pages of a PDF, a picture, or else a way to save it. */
export function OriginalView({ document, page }: { document: Document; page?: number | null | undefined }) {
  const { t, format } = useText();
  const { complain } = useToasts();
  const shown = isPdf(document) || pictures.test(document.media_type ?? '');
  const original = useOriginal(document.id, document.version, shown);
  const url = useObjectUrl(isPdf(document) ? undefined : original.data);
  const save = () => void saveOriginal(document.id, document.external_id).catch(() => complain(t('viewer.saveFailed')));
  if (!shown)
    return (
      <Empty title={t('viewer.noPreviewTitle')} text={t('viewer.noPreviewText', { size: format.bytes(document.bytes) })}>
        <Button onClick={save}>{t('viewer.save')}</Button>
      </Empty>
    );
  if (original.isPending) return <div className="p-4"><Loading lines={8} /></div>;
  if (original.isError) return <div className="p-4"><Failure error={original.error} onRetry={() => void original.refetch()} /></div>;
  if (isPdf(document))
    return (
      <Suspense fallback={<div className="p-4"><Loading lines={8} /></div>}>
        <PdfPages file={original.data} page={page ?? 1} />
      </Suspense>
    );
  return (
    <div className="min-h-0 flex-1 overflow-auto p-4">
      {url && <img src={url} alt={document.title} className="mx-auto max-w-full rounded border border-line" />}
    </div>
  );
}
