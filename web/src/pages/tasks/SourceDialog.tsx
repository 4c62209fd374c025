import { useEffect, useRef } from 'react';
import type { Citation } from '@/api/types';
import { DocumentViewer } from '@/components/viewer/DocumentViewer';

/** The document behind a citation, above the task that it belongs to. */
export function SourceDialog({ citation, onClose }: { citation: Citation; onClose: () => void }) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (element.current && !element.current.open) element.current.showModal();
  }, []);
  return (
    <dialog
      ref={element}
      aria-label={citation.title}
      onClose={onClose}
      className="m-auto h-[min(100dvh-2rem,60rem)] w-[calc(100vw-2rem)] max-w-4xl overflow-hidden rounded-lg border border-line bg-raised p-0 text-ink shadow-xl open:flex open:flex-col"
    >
      <DocumentViewer documentId={citation.document_id} span={citation.span} quote={citation.quote} page={citation.page} onClose={() => element.current?.close()} />
    </dialog>
  );
}
