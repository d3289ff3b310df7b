import { createContext, use, useEffect, useMemo, useState } from 'react'
import type { ReactNode } from 'react'

export type Language = 'zh' | 'en'
type Chosen = { language: Language; choose: (language: Language) => void }

const STORED = 'gongshu.language'
const Languages = createContext<Chosen>({ language: 'zh', choose: () => undefined })

/** The language of menus, headings and buttons around the content. Law and contents stay Chinese. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, choose] = useState<Language>(() => (localStorage.getItem(STORED) === 'en' ? 'en' : 'zh'))
  useEffect(() => {
    localStorage.setItem(STORED, language)
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en'
  }, [language])
  const chosen = useMemo(() => ({ language, choose }), [language])
  return <Languages value={chosen}>{children}</Languages>
}

export function useLanguage(): Chosen {
  return use(Languages)
}

/** The texts of one place in the chosen language. */
export function useTexts<T>(texts: Record<Language, T>): T {
  return texts[useLanguage().language]
}
