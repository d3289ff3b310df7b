import '@fontsource/noto-sans-sc/400.css'
import '@fontsource/noto-sans-sc/600.css'
import './style.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { PortalPage } from './portal.page.tsx'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element with the id “root”')
createRoot(root).render(
  <StrictMode>
    <PortalPage />
  </StrictMode>,
)
