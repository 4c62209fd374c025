import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { useCollections } from '@/api/queries';
import { readSetting, writeSetting } from '@/app/settings';
import { Button } from '@/components/Button';
import { ChevronIcon, SendIcon, StopIcon } from '@/components/icons';
import { Menu, MenuCheck, MenuChoice, MenuSeparator } from '@/components/Menu';
import { useText } from '@/i18n';
import type { Ask } from './chat';
import { useGeneratorName, useGenerators } from './generators';

interface Props {
  further: boolean;
  asking: boolean;
  onAsk: (ask: Ask) => void;
  onStop: () => void;
}

const pick = 'inline-flex min-h-8 max-w-full items-center gap-1 rounded px-2 text-sm text-quiet hover:bg-sunken hover:text-ink';

function CollectionPicker({ chosen, onChange }: { chosen: string[]; onChange: (chosen: string[]) => void }) {
  const { t } = useText();
  const collections = useCollections().data ?? [];
  if (collections.length < 2) return null;
  const label = chosen.length === 0 ? t('ask.allCollections') : chosen.length === 1 ? chosen[0] : t('ask.someCollections', { count: chosen.length });
  const toggle = (name: string, on: boolean) => onChange(on ? [...chosen, name] : chosen.filter((other) => other !== name));
  return (
    <Menu
      side="top"
      label={t('ask.where')}
      trigger={
        <button type="button" className={pick} aria-label={`${t('ask.where')}: ${label}`}>
          <span className="truncate">{label}</span>
          <ChevronIcon width={16} height={16} className="shrink-0" />
        </button>
      }
    >
      <MenuCheck checked={chosen.length === 0} onChange={() => onChange([])}>
        {t('ask.allCollections')}
      </MenuCheck>
      <MenuSeparator />
      {collections.map(({ name }) => (
        <MenuCheck key={name} checked={chosen.includes(name)} onChange={(on) => toggle(name, on)}>
          <span className="truncate">{name}</span>
        </MenuCheck>
      ))}
    </Menu>
  );
}

function GeneratorPicker({ chosen, onChange }: { chosen: string; onChange: (chosen: string) => void }) {
  const { t } = useText();
  const generators = useGenerators();
  const nameOf = useGeneratorName();
  if (generators.length < 2) return null;
  return (
    <Menu
      side="top"
      label={t('ask.who')}
      trigger={
        <button type="button" className={pick} aria-label={`${t('ask.who')}: ${nameOf(chosen)}`}>
          <span className="truncate">{nameOf(chosen)}</span>
          <ChevronIcon width={16} height={16} className="shrink-0" />
        </button>
      }
    >
      <MenuChoice label={t('ask.who')} value={chosen} options={generators.map((value) => ({ value, label: nameOf(value) }))} onChange={onChange} />
    </Menu>
  );
}

/** Remembered choices that still exist. */
function useChoices() {
  const collections = useCollections().data;
  const generators = useGenerators();
  const [where, setWhere] = useState(() => (readSetting('ask.collections') ?? '').split('\n').filter(Boolean));
  const [who, setWho] = useState(() => readSetting('ask.generator') ?? '');
  const known = collections ? where.filter((name) => collections.some((collection) => collection.name === name)) : where;
  return {
    collections: known,
    generator: generators.includes(who) ? who : (generators[0] ?? ''),
    setCollections: (chosen: string[]) => {
      setWhere(chosen);
      writeSetting('ask.collections', chosen.join('\n'));
    },
    setGenerator: (chosen: string) => {
      setWho(chosen);
      writeSetting('ask.generator', chosen);
    },
  };
}

/** Where questions are written. What was typed survives a reload. */
export function Composer({ further, asking, onAsk, onStop }: Props) {
  const { t } = useText();
  const [question, setQuestion] = useState(() => readSetting('ask.draft') ?? '');
  const field = useRef<HTMLTextAreaElement>(null);
  const choices = useChoices();
  useEffect(() => writeSetting('ask.draft', question || null), [question]);
  useEffect(() => {
    // Browsers without field-sizing.
    const element = field.current;
    if (!element || CSS.supports('field-sizing', 'content')) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [question]);
  useEffect(() => {
    // A conversation goes on where it is typed; without a keyboard, one would be put in front of the answer.
    if (further && window.matchMedia('(pointer: fine)').matches) field.current?.focus();
  }, [further]);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    const text = question.trim();
    if (!text || asking) return;
    setQuestion('');
    writeSetting('ask.draft', null); // Before the conversation has a composer of its own.
    onAsk({ question: text, collections: choices.collections, generator: choices.generator });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter also chooses among the candidates of an input method.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    submit();
  };
  const label = further ? t('ask.followUp') : t('ask.placeholder');
  return (
    <form onSubmit={submit} className="rounded-lg border border-edge bg-raised focus-within:outline-2 focus-within:outline-accent">
      <textarea
        ref={field}
        data-main-field
        rows={1}
        maxLength={10_000}
        aria-label={t('ask.question')}
        placeholder={label}
        value={question}
        onChange={(event) => setQuestion(event.target.value)}
        onKeyDown={onKeyDown}
        className="field-sizing-content block max-h-48 w-full resize-none bg-transparent px-4 pt-3 pb-1 outline-none"
      />
      <div className="flex items-center gap-1 py-1.5 pr-1.5 pl-2">
        <div className="flex min-w-0 flex-1 flex-wrap items-center gap-1">
          <CollectionPicker chosen={choices.collections} onChange={choices.setCollections} />
          <GeneratorPicker chosen={choices.generator} onChange={choices.setGenerator} />
        </div>
        {asking ? (
          <Button key="stop" small onClick={onStop}>
            <StopIcon width={18} height={18} />
            {t('ask.stop')}
          </Button>
        ) : (
          <Button key="send" small type="submit" look="main" disabled={!question.trim()}>
            <SendIcon width={18} height={18} />
            {t('ask.send')}
          </Button>
        )}
      </div>
    </form>
  );
}
