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
  if (beside)
    return (
      <div
        ref={panel}
        tabIndex={-1}
        role="complementary"
        aria-label={label}
        className="flex min-h-0 w-[min(46%,48rem)] shrink-0 flex-col border-l border-line outline-none"
        onKeyDown={(event) => {
          const inDialog = event.target instanceof Element && event.target.closest('dialog') !== null; // It closes by itself.
          if (event.key === 'Escape' && !event.defaultPrevented && !inDialog) onClose();
        }}
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
