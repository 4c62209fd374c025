import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes, type TextareaHTMLAttributes } from 'react';

const box =
  'w-full rounded-md border border-edge bg-raised px-3 text-ink disabled:opacity-60 aria-[invalid=true]:border-bad';

interface Common {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  hideLabel?: boolean;
}

function Frame({ id, label, hint, error, hideLabel, children }: Common & { id: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'text-sm font-medium'}>
        {label}
      </label>
      {children}
      {error ? (
        <p id={`${id}-note`} className="text-sm text-bad">
          {error}
        </p>
      ) : (
        hint && (
          <p id={`${id}-note`} className="text-sm text-quiet">
            {hint}
          </p>
        )
      )}
    </div>
  );
}

const described = (id: string, { hint, error }: Common) => ({
  'aria-describedby': hint || error ? `${id}-note` : undefined,
  'aria-invalid': error ? true : undefined,
});

export function TextField({ label, hint, error, hideLabel = false, className = '', ...rest }: Common & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} hideLabel={hideLabel}>
      <input id={id} className={`${box} h-10 ${className}`} {...described(id, { label, hint, error })} {...rest} />
    </Frame>
  );
}

export function TextArea({ label, hint, error, hideLabel = false, className = '', ...rest }: Common & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} hideLabel={hideLabel}>
      <textarea id={id} className={`${box} py-2 ${className}`} {...described(id, { label, hint, error })} {...rest} />
    </Frame>
  );
}

export function Select({ label, hint, error, hideLabel = false, className = '', ...rest }: Common & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error} hideLabel={hideLabel}>
      <select id={id} className={`${box} h-10 pr-2 text-ellipsis ${className}`} {...described(id, { label, hint, error })} {...rest} />
    </Frame>
  );
}
