import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { LanguageProvider } from './app/language';
import { loadCatalogue, preferredLanguage } from './i18n';
import './styles/main.css';

const language = preferredLanguage();
const catalogue = await loadCatalogue(language);
const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider first={language} catalogue={catalogue}>
        <App />
      </LanguageProvider>
    </StrictMode>,
  );
