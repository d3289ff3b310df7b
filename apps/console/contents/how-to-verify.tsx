const texts = {
  title: '怎样脱离平台核验',
  steps: [
    '取得存证包（evidence-bundle.jsonl）和核验程序 verify.mjs。核验程序只有一个文件，不依赖其他软件，也不与平台共用代码。',
    '在任何装有 Node.js 的计算机上运行：',
    '程序逐条重算哈希值，核对树根、签名，并按包内规则重新推演每个事项。全部相符时，末行显示 verified；不符时指出是哪一条、哪一步。',
  ],
  command: 'node verify.mjs evidence-bundle.jsonl',
}

/** How anybody checks the evidence without trusting the platform. */
export function HowToVerify() {
  const [get, run, read] = texts.steps
  return (
    <section className="panel" aria-label={texts.title}>
      <h2 className="part">{texts.title}</h2>
      <ol>
        <li>{get}</li>
        <li>{run}<pre className="code">{texts.command}</pre></li>
        <li>{read}</li>
      </ol>
    </section>
  )
}
