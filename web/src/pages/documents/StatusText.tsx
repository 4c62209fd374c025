import type { Document } from '@/api/types';
import { Progress } from '@/components/Progress';
import { useText } from '@/i18n';
import { documentName } from '@/components/documentName';

/** How a document stands; on its way, with how far it has come. */
export function StatusText({ document }: { document: Pick<Document, 'status' | 'progress' | 'title' | 'external_id'> }) {
  const { t, format } = useText();
  const { status, progress } = document;
  const tone = status === 'indexed' ? 'text-good' : status === 'failed' ? 'text-bad' : 'text-quiet';
  const isMoving = status !== 'indexed' && status !== 'failed';
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className={`truncate ${tone}`}>
        {t(`documents.status.${status}`)}
        {isMoving && progress > 0 && ` · ${format.percent(progress)}`}
      </span>
      {isMoving && (
        <span className="block w-16 shrink-0">
          <Progress value={progress > 0 ? progress : null} label={t('documents.progressOf', { name: documentName(document) })} />
        </span>
      )}
    </span>
  );
}
