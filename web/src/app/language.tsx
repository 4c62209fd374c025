import { createContext, useCallback, useContext, useEffect, useState, type ReactNode } from 'react';
import { loadCatalogue, rememberLanguage, TextProvider, type Catalogue, type Language } from '@/i18n';

const SetLanguage = createContext<(language: Language) => void>(() => {});
export const useSetLanguage = () => useContext(SetLanguage);

/** Holds the language of the interface; a new one shows once its catalogue is here. */
export function LanguageProvider(props: { first: Language; catalogue: Catalogue; children: ReactNode }) {
  const [spoken, setSpoken] = useState({ language: props.first, catalogue: props.catalogue });
  useEffect(() => {
    document.documentElement.lang = spoken.language;
  }, [spoken.language]);
  const change = useCallback((language: Language) => {
    rememberLanguage(language);
    void loadCatalogue(language).then((catalogue) => setSpoken({ language, catalogue }));
  }, []);
  return (
    <SetLanguage value={change}>
      <TextProvider language={spoken.language} catalogue={spoken.catalogue}>
        {props.children}
      </TextProvider>
    </SetLanguage>
  );
}
