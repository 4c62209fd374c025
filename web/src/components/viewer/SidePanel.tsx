import { useEffect, useRef, useSyncExternalStore, type ReactNode } from 'react';

const wide = window.matchMedia('(min-width: 68rem)');

function useWide(): boolean {
  return useSyncExternalStore(
    (listener) => {
      wide.addEventListener('change', listener);
      return () => wide.removeEventListener('change', listener);
    },
    () => wide.matches,
  );
}

/** What stands beside the page; on narrow screens, over it as a dialog. Closes with Escape; the focus goes back to where it was. */
export function SidePanel({ label, onClose, children }: { label: string; onClose: () => void; children: ReactNode }) {
  const beside = useWide();
  const dialog = useRef<HTMLDialogElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    if (beside) panel.current?.focus();
    else if (dialog.current && !dialog.current.open) dialog.current.showModal();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, [beside]);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    if (!beside) return; // A dialog closes by itself, and so does what stands above this panel.
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog:modal')) close.current();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [beside]);
  if (beside)
    return (
      <div
        ref={panel}
        tabIndex={-1}
        role="complementary"
        aria-label={label}
        className="flex min-h-0 w-[min(46%,48rem)] shrink-0 flex-col border-l border-line outline-none"
      >
        {children}
      </div>
    );
  return (
    <dialog
      ref={dialog}
      aria-label={label}
      onClose={(event) => event.target === event.currentTarget && onClose()}
      className="m-0 h-dvh max-h-none w-screen max-w-none bg-raised text-ink open:flex open:flex-col"
    >
      {children}
    </dialog>
  );
}
