import * as Dropdown from '@radix-ui/react-dropdown-menu';
import type { ReactNode } from 'react';
import { CheckIcon } from './icons';

/** A menu under a button. Not modal: the library would inject styles, which the content policy refuses. Drawn where it
    stands, so that it also shows in dialogs. */
export function Menu({ trigger, label, children, side = 'bottom' }: { trigger: ReactNode; label?: string; children: ReactNode; side?: 'bottom' | 'top' | 'right' }) {
  return (
    <Dropdown.Root modal={false}>
      <Dropdown.Trigger asChild>{trigger}</Dropdown.Trigger>
      <Dropdown.Content
        aria-label={label}
        align="start"
        side={side}
        sideOffset={4}
        collisionPadding={8}
        className="z-40 max-h-(--radix-dropdown-menu-content-available-height) max-w-[min(22rem,calc(100vw-1rem))] min-w-44 overflow-y-auto rounded-md border border-line bg-raised p-1 text-ink shadow-lg"
      >
        {children}
      </Dropdown.Content>
    </Dropdown.Root>
  );
}

const row =
  'flex min-h-9 cursor-pointer items-center gap-2 rounded px-2.5 py-1 outline-none select-none data-[highlighted]:bg-sunken data-[disabled]:opacity-50';

export function MenuItem({ onSelect, danger = false, disabled = false, children }: { onSelect: () => void; danger?: boolean; disabled?: boolean; children: ReactNode }) {
  return (
    <Dropdown.Item onSelect={onSelect} disabled={disabled} className={`${row} ${danger ? 'text-bad' : ''}`}>
      {children}
    </Dropdown.Item>
  );
}

export function MenuSeparator() {
  return <Dropdown.Separator className="my-1 h-px bg-line" />;
}

/** One of several, with a heading. */
export function MenuChoice<T extends string>({ label, value, options, onChange }: { label: string; value: T; options: { value: T; label: string; lang?: string }[]; onChange: (value: T) => void }) {
  return (
    <Dropdown.RadioGroup value={value} onValueChange={(chosen) => onChange(chosen as T)} aria-label={label}>
      <Dropdown.Label className="px-2.5 pt-1.5 pb-0.5 text-sm text-quiet">{label}</Dropdown.Label>
      {options.map((option) => (
        <Dropdown.RadioItem key={option.value} value={option.value} lang={option.lang} className={row}>
          <span className="w-5 text-accent">
            <Dropdown.ItemIndicator>
              <CheckIcon width={16} height={16} />
            </Dropdown.ItemIndicator>
          </span>
          {option.label}
        </Dropdown.RadioItem>
      ))}
    </Dropdown.RadioGroup>
  );
}

export function MenuCheck({ checked, onChange, children }: { checked: boolean; onChange: (checked: boolean) => void; children: ReactNode }) {
  return (
    <Dropdown.CheckboxItem checked={checked} onCheckedChange={onChange} onSelect={(event) => event.preventDefault()} className={row}>
      <span className="w-5 shrink-0 text-accent">
        <Dropdown.ItemIndicator>
          <CheckIcon width={16} height={16} />
        </Dropdown.ItemIndicator>
      </span>
      {children}
    </Dropdown.CheckboxItem>
  );
}
