import { useState, type ComponentProps, type FormEvent, type ReactNode } from 'react';
import { TextField } from '@/components/Field';
import { Logo } from '@/components/Logo';

/** The frame of what stands before the interface. */
export function Entry({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="mx-auto flex min-h-dvh w-full max-w-sm flex-col justify-center gap-5 px-4 py-10">
      <h1 className="flex items-center gap-3 text-xl font-semibold">
        <Logo size={32} />
        {title}
      </h1>
      {children}
    </div>
  );
}

/** One try at a time, and what came of it. */
export function useAttempt(attempt: () => Promise<void>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    attempt()
      .catch(setError)
      .finally(() => setBusy(false));
  };
  return { busy, error, submit };
}

type FieldProps = ComponentProps<typeof TextField>;

export const UserName = (props: FieldProps) => <TextField autoComplete="username" autoCapitalize="none" spellCheck={false} required autoFocus {...props} />;

/** What browsers should not show while it is typed. */
export const Secret = (props: FieldProps) => <TextField type="password" spellCheck={false} required {...props} />;
