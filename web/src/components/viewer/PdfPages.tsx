import { getDocument, GlobalWorkerOptions, type PDFDocumentProxy } from 'pdfjs-dist';
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url';
import { useEffect, useRef, useState } from 'react';
import { Failure, Loading } from '@/components/states';
import { useText } from '@/i18n';

GlobalWorkerOptions.workerSrc = workerUrl;

const widest = 900; // CSS pixels.

/** One page, drawn when it comes near the screen and forgotten when it is far away. */
function PdfPage({ pdf, number, width, ratio }: { pdf: PDFDocumentProxy; number: number; width: number; ratio: number }) {
  const { t } = useText();
  const frame = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [near, setNear] = useState(false);
  const [height, setHeight] = useState(width * ratio);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const watcher = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), { rootMargin: '800px' });
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    const target = canvas.current;
    if (!near || !target) return;
    let gone = false;
    let stop = () => {};
    void pdf.getPage(number).then((page) => {
      if (gone) return;
      const scale = width / page.getViewport({ scale: 1 }).width;
      const density = Math.min(window.devicePixelRatio || 1, 2);
      const viewport = page.getViewport({ scale: scale * density });
      setHeight(viewport.height / density);
      target.width = Math.floor(viewport.width);
      target.height = Math.floor(viewport.height);
      const drawing = page.render({ canvas: target, viewport });
      stop = () => drawing.cancel();
      drawing.promise.catch(() => {}); // Cancelled, or a page that cannot be drawn stays white.
    });
    return () => {
      gone = true;
      stop();
    };
  }, [near, pdf, number, width]);
  return (
    <div ref={frame} data-page={number} className="mx-auto mb-4 border border-line bg-white" style={{ width, height }}>
      {near && <canvas ref={canvas} role="img" aria-label={t('viewer.pageOf', { page: number, pages: pdf.numPages })} className="size-full" />}
    </div>
  );
}

export default function PdfPages({ file, page }: { file: Blob; page: number }) {
  const { t } = useText();
  const [pdf, setPdf] = useState<PDFDocumentProxy | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [size, setSize] = useState<{ width: number; ratio: number } | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let task: ReturnType<typeof getDocument> | undefined;
    let gone = false;
    void file.arrayBuffer().then((data) => {
      if (gone) return;
      // Nothing that the content policy refuses: no WebAssembly, no forms with code.
      task = getDocument({ data, useWasm: false, enableXfa: false, cMapUrl: '/pdf/cmaps/', cMapPacked: true });
      task.promise.then(setPdf, setError);
    });
    return () => {
      gone = true;
      void task?.destroy();
    };
  }, [file]);
  useEffect(() => {
    if (!pdf || !frame.current) return;
    const width = Math.min(widest, frame.current.clientWidth - 32);
    void pdf.getPage(1).then((first) => {
      const { width: w, height: h } = first.getViewport({ scale: 1 });
      setSize({ width, ratio: h / w });
    });
  }, [pdf]);
  useEffect(() => {
    frame.current?.querySelector(`[data-page="${page}"]`)?.scrollIntoView({ block: 'start' });
  }, [page, size]);
  return (
    <div ref={frame} tabIndex={0} role="region" aria-label={t('viewer.original')} className="min-h-0 flex-1 overflow-auto bg-sunken p-4">
      {error !== null && <Failure error={error} />}
      {error === null && (!pdf || !size) && <Loading lines={8} />}
      {pdf && size && Array.from({ length: pdf.numPages }, (_, i) => <PdfPage key={i} pdf={pdf} number={i + 1} {...size} />)}
    </div>
  );
}
