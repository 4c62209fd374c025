import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from 'react';
import { useText } from '@/i18n';
import { IconButton } from './Button';
import { CloseIcon } from './icons';

interface Toast {
  id: number;
  text: string;
  bad: boolean;
}

interface Toasts {
  /** Says something that needs no answer. */
  say: (text: string) => void;
  /** Says that something failed; stays until it is closed. */
  complain: (text: string) => void;
}

const ToastContext = createContext<Toasts | null>(null);
const shownFor = 6_000;

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useText();
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(1);
  const close = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const add = useCallback(
    (text: string, bad: boolean) => {
      const id = next.current++;
      setToasts((all) => [...all.slice(-3), { id, text, bad }]);
      if (!bad) setTimeout(() => close(id), shownFor);
    },
    [close],
  );
  const value = useMemo(() => ({ say: (text: string) => add(text, false), complain: (text: string) => add(text, true) }), [add]);
  return (
    <ToastContext value={value}>
      {children}
      <div
        role="status"
        aria-live="polite"
        className="pointer-events-none fixed inset-x-3 bottom-20 z-50 flex flex-col items-center gap-2 md:bottom-4"
      >
        {toasts.map(({ id, text, bad }) => (
          <div
            key={id}
            className={`pointer-events-auto flex max-w-lg items-center gap-1 rounded-md border bg-raised py-1 pl-4 shadow-lg ${bad ? 'border-bad' : 'border-edge'}`}
          >
            <p className={bad ? 'text-bad' : ''}>{text}</p>
            <IconButton label={t('common.dismiss')} onClick={() => close(id)}>
              <CloseIcon />
            </IconButton>
          </div>
        ))}
      </div>
    </ToastContext>
  );
}

export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (!toasts) throw new Error('useToasts outside of ToastProvider');
  return toasts;
}
