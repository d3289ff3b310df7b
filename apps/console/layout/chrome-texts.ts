const zh = {
  platform: '公共数据资源授权运营平台',
  cityDate: '城市日期',
  advance: '推进日期',
  logout: '退出登录',
  notices: '通知',
  demonstration: '演示模式',
  demonstrationText: '本页面的单位、人员、数据和日期均为演示，不产生任何法律效力。',
  skip: '跳到正文',
  navigation: '主导航',
  account: '当前账号',
  menu: {
    work: '办件',
    todo: '待办',
    done: '已办',
    copied: '抄送',
    overdue: '逾期',
    opening: '发起事项',
    cases: '事项列表',
    data: '数据与服务',
    environment: '开发利用环境',
    products: '产品与服务',
    subscriptions: '我的订用',
    registers: '登记簿',
    law: '规则与存证',
    rules: '规则库',
    evidence: '存证',
  },
}

export type ChromeTexts = typeof zh

const en: ChromeTexts = {
  platform: 'Authorized operation of public data',
  cityDate: 'City date',
  advance: 'Advance date',
  logout: 'Sign out',
  notices: 'Notices',
  demonstration: 'Demonstration',
  demonstrationText: 'Organisations, persons, data and dates on this page are a demonstration without legal effect.',
  skip: 'Skip to content',
  navigation: 'Main navigation',
  account: 'Account',
  menu: {
    work: 'Cases',
    todo: 'To do',
    done: 'Done',
    copied: 'Copied to me',
    overdue: 'Overdue',
    opening: 'Open a case',
    cases: 'All cases',
    data: 'Data and services',
    environment: 'Environment',
    products: 'Products',
    subscriptions: 'My subscriptions',
    registers: 'Registers',
    law: 'Rules and evidence',
    rules: 'Rule packs',
    evidence: 'Evidence',
  },
}

/** Every text around the pages. */
export const chromeTexts = { zh, en }
