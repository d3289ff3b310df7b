import type { ThemeConfig } from 'antd'

const INK = 'rgba(0, 0, 0, 0.88)'
/** Greys of at least 4.5 to 1 on white: the library's own are paler than people with weak eyes can read. */
const GREY = 'rgba(0, 0, 0, 0.65)'
const PALE = 'rgba(0, 0, 0, 0.58)'

/** Colours, sizes and the bundled font of the console. */
export const theme: ThemeConfig = {
  cssVar: { key: 'console' },
  hashed: false,
  token: {
    colorPrimary: '#0b4f9e',
    colorInfo: '#0b4f9e',
    colorLink: '#0b4f9e',
    colorError: '#c9252d',
    colorWarning: '#ad5b00',
    colorSuccess: '#1a7f37',
    colorText: INK,
    colorTextSecondary: GREY,
    colorTextTertiary: GREY,
    colorTextDescription: GREY,
    colorTextPlaceholder: PALE,
    colorTextDisabled: PALE,
    // The library would mix its pale grounds from these dark colours and come out muddy.
    colorPrimaryBg: '#e6f0fb',
    colorInfoBg: '#e6f0fb',
    colorWarningBg: '#fff6e0',
    colorWarningBorder: '#f0d48a',
    colorErrorBg: '#fff1f0',
    colorErrorBorder: '#ffb8b3',
    colorSuccessBg: '#eaf7ee',
    borderRadius: 4,
    fontSize: 14,
    fontFamily: "'Noto Sans SC', sans-serif",
    fontFamilyCode: "ui-monospace, 'Noto Sans SC', monospace",
    motion: false,
  },
  components: {
    Layout: { headerBg: '#0a3a75', headerHeight: 52, siderBg: '#ffffff', bodyBg: '#f2f4f7' },
    Menu: { itemHeight: 38, itemMarginInline: 8 },
    Table: { cellPaddingBlockSM: 7, headerBg: '#eef2f7' },
    Card: { headerHeight: 44 },
  },
}
